// What an image says of where it is from.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/provenance.h"

#include <cctype>

#include "ganvas/core/text.h"
#include "ganvas/image/private/metadata.h"
#include "ganvas/image/private/vips.h"

namespace ganvas {
namespace {

constexpr auto kSourceType =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
constexpr auto kEnd = "</rdf:RDF>";

std::string description(const Provenance& p) {
  return "<rdf:Description rdf:about=\"\" "
         "xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" "
         "xmlns:ganvas=\"urn:ganvas:1.0\" Iptc4xmpExt:DigitalSourceType=\"" +
         std::string(kSourceType) + "\" ganvas:Tool=\"" + escaped(p.tool) + "\" ganvas:Model=\"" +
         escaped(p.model) + "\" ganvas:ModelHash=\"sha256:" + escaped(p.model_hash) +
         "\" ganvas:Settings=\"" + escaped(p.settings) + "\"/>";
}

constexpr auto kSource = ":DigitalSourceType";

/// Takes out an earlier label of ours: the description that names our namespace. True if there was one.
bool drop_label(std::string& packet) {
  const size_t mark = packet.find("urn:ganvas:1.0");
  if (mark == std::string::npos) return false;
  const size_t begin = packet.rfind("<rdf:Description", mark), end = packet.find("/>", mark);
  const bool is_whole = begin != std::string::npos && end != std::string::npos;
  packet.erase(is_whole ? begin : mark, is_whole ? end + 2 - begin : 1);
  return true;
}

/// Takes out what the packet says at `at`, the ":DigitalSourceType" of an attribute or an element.
///   returns: where to look on
size_t drop_source(std::string& packet, size_t at) {
  const size_t behind = at + std::string(kSource).size();
  size_t begin = at;
  while (begin > 0 && std::isalnum(static_cast<unsigned char>(packet[begin - 1])) != 0) --begin;
  if (begin == 0) return behind;
  const char before = packet[begin - 1];
  if (before == '<') {
    const auto name = packet.substr(begin, behind - begin);
    const size_t tag_end = packet.find('>', behind);
    if (tag_end == std::string::npos) return behind;
    const bool is_empty = packet[tag_end - 1] == '/';
    const size_t close = is_empty ? tag_end : packet.find('>', packet.find("</" + name, tag_end));
    if (close == std::string::npos) return behind;
    packet.erase(begin - 1, close + 1 - (begin - 1));
    return begin - 1;
  }
  const bool is_attribute = packet.compare(behind, 1, "=") == 0 && behind + 1 < packet.size() &&
                            std::isspace(static_cast<unsigned char>(before)) != 0;
  const size_t end = is_attribute ? packet.find(packet[behind + 1], behind + 2) : std::string::npos;
  if (end == std::string::npos) return behind;
  packet.erase(begin - 1, end + 1 - (begin - 1));
  return begin - 1;
}

/// A packet without what it said of its source, and without an earlier label of ours.
std::string without_label(std::string packet) {
  while (drop_label(packet)) {
  }
  for (size_t at = 0; (at = packet.find(kSource, at)) != std::string::npos;) {
    at = drop_source(packet, at);
  }
  return packet;
}

}  // namespace

Image with_provenance(const Image& image, const Provenance& provenance) {
  auto packet = without_label(xmp_of(image));
  const auto end = packet.rfind(kEnd);
  if (end == std::string::npos) {
    packet =
        "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
        "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">" +
        description(provenance) + kEnd + "</x:xmpmeta><?xpacket end=\"w\"?>";
  } else {
    packet.insert(end, description(provenance));
  }
  return with_xmp(image, packet);
}

Image with_xmp(const Image& image, const std::string& packet) {
  start_vips();
  auto changed = image;
  changed.metadata = image.metadata ? image.metadata->with_xmp(packet)
                                    : ImageMetadata(vips::VImage::black(1, 1)).with_xmp(packet);
  return changed;
}

std::string xmp_of(const Image& image) {
  return image.metadata ? image.metadata->xmp() : "";
}

Image without_history(const Image& image) {
  auto bare = image;
  if (image.metadata) bare.metadata = image.metadata->colors_only();
  return bare;
}

}  // namespace ganvas
