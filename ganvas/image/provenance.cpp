// What a picture says of where it is from.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/provenance.h"

#include <regex>

#include "ganvas/image/metadata.h"

namespace ganvas {
namespace {

constexpr auto kSourceType =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
constexpr auto kEnd = "</rdf:RDF>";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string description(const Provenance& p) {
  return "<rdf:Description rdf:about=\"\" "
         "xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" "
         "xmlns:ganvas=\"urn:ganvas:1.0\" Iptc4xmpExt:DigitalSourceType=\"" +
         std::string(kSourceType) + "\" ganvas:Tool=\"" + escaped(p.tool) + "\" ganvas:Model=\"" +
         escaped(p.model) + "\" ganvas:ModelHash=\"sha256:" + escaped(p.model_hash) +
         "\" ganvas:Settings=\"" + escaped(p.settings) + "\"/>";
}

/// A packet without what it said of its source, and without an earlier label of ours.
std::string without_label(const std::string& packet) {
  static const std::regex ours("<rdf:Description[^>]*urn:ganvas:1\\.0[^>]*/>");
  static const std::regex attribute("\\s[A-Za-z0-9]+:DigitalSourceType=(\"[^\"]*\"|'[^']*')");
  static const std::regex element(
      "<([A-Za-z0-9]+:DigitalSourceType)\\b[^>]*?(/>|>[^<]*</\\1\\s*>)");
  auto rest = std::regex_replace(packet, ours, "");
  rest = std::regex_replace(rest, attribute, "");
  return std::regex_replace(rest, element, "");
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
  if (image.metadata) bare.metadata = image.metadata->profile();
  return bare;
}

}  // namespace ganvas
