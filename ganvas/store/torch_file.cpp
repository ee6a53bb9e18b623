// Files of torch.save(), read as data.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/torch_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <memory>

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/from_file.h>
#include <caffe2/serialize/inline_container.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/store/pickle.h"

namespace ganvas {
namespace {

using Kind = Pickled::Kind;

/// What a tensor says of where its numbers lie.
struct Place {
  std::string storage;  // its key
  at::ScalarType type = at::kFloat;
  int64_t offset = 0;  // in numbers
  std::vector<int64_t> shape, strides;
};

at::ScalarType type_of(const std::string& name, const std::string& who) {
  const std::array<std::pair<const char*, at::ScalarType>, 7> types = {
      {{"torch.FloatStorage", at::kFloat},
       {"torch.DoubleStorage", at::kDouble},
       {"torch.HalfStorage", at::kHalf},
       {"torch.BFloat16Storage", at::kBFloat16},
       {"torch.LongStorage", at::kLong},
       {"torch.IntStorage", at::kInt},
       {"torch.ByteStorage", at::kByte}}};
  for (const auto& [known, type] : types) {
    if (name == known) return type;
  }
  throw Error(who + ": a tensor lies in a " + name + ", which is not read");
}

std::vector<int64_t> numbers_of(const Pickled& sequence) {
  std::vector<int64_t> numbers;
  for (const auto& part : sequence.parts) numbers.push_back(part->integer);
  return numbers;
}

/// Reads torch._utils._rebuild_tensor_v2(storage, offset, shape, strides, ...), its forerunner
/// without a suffix, and _rebuild_parameter(tensor, ...).
Place place_of(const Pickled& value, const std::string& who) {
  const bool is_parameter = value.text == "torch._utils._rebuild_parameter" && !value.parts.empty();
  const auto& call = is_parameter ? *value.parts[0] : value;
  const bool is_tensor = call.kind == Kind::kCall && call.parts.size() >= 4 &&
                         (call.text == "torch._utils._rebuild_tensor_v2" ||
                          call.text == "torch._utils._rebuild_tensor");
  require(is_tensor, who, ": holds a call of ", call.text,
          ", expected tensors; save a state_dict()");
  const auto& reference = *call.parts[0];
  require(reference.kind == Kind::kReference && reference.parts[0]->parts.size() >= 5, who,
          ": a tensor without a storage");
  const auto& storage = reference.parts[0]->parts;  // "storage", type, key, device, count
  Place place{storage[2]->text, type_of(storage[1]->text, who), call.parts[1]->integer,
              numbers_of(*call.parts[2]), numbers_of(*call.parts[3])};
  require(place.shape.size() == place.strides.size(), who, ": a tensor of ", place.shape.size(),
          " sizes and ", place.strides.size(), " strides");
  return place;
}

/// The bytes of a storage, and what keeps them.
struct Storage {
  std::string_view bytes;
  std::shared_ptr<void> owner;
};
using FindStorage = std::function<Storage(const std::string& key)>;

/// A tensor that lies where its storage does.
Tensor tensor_at(const Place& place, const FindStorage& find, const std::string& who) {
  const auto storage = find(place.storage);
  const auto count = static_cast<int64_t>(storage.bytes.size() / c10::elementSize(place.type));
  const bool is_empty = std::count(place.shape.begin(), place.shape.end(), 0) > 0;
  if (is_empty) return at::empty({0}, place.type);
  int64_t last = place.offset;  // number that the tensor shows
  int64_t shown = 1;            // how many it shows: no more than there are
  bool fits = last >= 0 && last < count;
  for (size_t i = 0; fits && i < place.shape.size(); ++i) {
    const int64_t side = place.shape[i], stride = place.strides[i];
    fits = side > 0 && side <= count && stride >= 0 && stride <= count;
    if (fits) last += (side - 1) * stride;
    fits = fits && last < count && (shown *= side) <= count;
  }
  require(fits, who, ": a tensor of shape ", place.shape, " does not lie in its storage of ", count,
          " numbers");
  auto* begin =
      const_cast<char*>(storage.bytes.data()) + place.offset * c10::elementSize(place.type);
  return at::from_blob(
      begin, place.shape, place.strides, [owner = storage.owner](void*) mutable { owner.reset(); },
      at::TensorOptions(place.type));
}

/// Objects that stand beside tensors in the states of trainings, and say nothing about them.
bool is_passed_over(const std::string& call) {
  constexpr std::array<const char*, 12> kKnown = {"torch.device",
                                                  "torch.Size",
                                                  "numpy.core.multiarray.scalar",
                                                  "numpy.dtype",
                                                  "_codecs.encode",
                                                  "numpy.core.multiarray._reconstruct",
                                                  "builtins.set",
                                                  "argparse.Namespace",
                                                  "numpy._core.multiarray.scalar",
                                                  "pathlib.PosixPath",
                                                  "torch.torch_version.TorchVersion",
                                                  "collections.Counter"};
  return std::any_of(kKnown.begin(), kKnown.end(), [&](const char* name) { return call == name; });
}

using Places = std::map<std::string, Place>;

/// The tensors of a mapping by name, those of mappings in it behind its name and a dot. It may refer to itself.
class PlaceFinder {
 public:
  explicit PlaceFinder(const std::string& who) : who_(who) {}

  void find(const Pickled& state, const std::string& prefix, int64_t depth);
  Places take() { return std::move(places_); }

 private:
  const std::string& who_;
  Places places_;
  int64_t looked_at_ = 0;
};

void PlaceFinder::find(const Pickled& state, const std::string& prefix, int64_t depth) {
  constexpr int64_t kDeepest = 6, kMost = 1 << 18;
  constexpr size_t kLongest = 1024;
  if (depth > kDeepest) return;
  for (size_t i = 0; i + 1 < state.parts.size(); i += 2) {
    const auto& key = *state.parts[i];
    const auto& value = *state.parts[i + 1];
    require(++looked_at_ < kMost, who_, ": has over ", kMost, " names");
    const auto name =
        prefix + (key.kind == Kind::kInteger ? std::to_string(key.integer) : key.text);
    require(name.size() < kLongest, who_, ": names a tensor by ", name.size(), " letters");
    if (value.kind == Kind::kMapping) {
      find(value, name + ".", depth + 1);
    } else if (value.kind == Kind::kCall && !is_passed_over(value.text)) {
      places_.emplace(name, place_of(value, who_));
    }
  }
}

Places places_of(const Pickled& state, const std::string& who) {
  require(state.kind != Kind::kCall, who, ": holds an object, ", state.text,
          ", which is not run here; save its state_dict()");
  require(state.kind == Kind::kMapping, who, ": holds no tensors by name; save a state_dict()");
  PlaceFinder finder(who);
  finder.find(state, "", 0);
  auto places = finder.take();
  require(!places.empty(), who, ": holds no tensors by name; save a state_dict()");
  return places;
}

std::map<std::string, Tensor> tensors_of(const Places& places, const FindStorage& find,
                                         const std::string& who) {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, int64_t> shown;  // numbers, by the storage that shows them
  for (const auto& [name, place] : places) {
    const auto tensor = tensors[name] = tensor_at(place, find, who);
    constexpr int64_t kMostShares = 16;  // weights may be tied, but not without end
    auto& numbers = shown[place.storage] += tensor.numel();
    const auto stored = find(place.storage).bytes.size() / c10::elementSize(place.type);
    require(numbers <= kMostShares * static_cast<int64_t>(stored), who, ": over ", kMostShares,
            " tensors lie in one place");
  }
  return tensors;
}

std::map<std::string, Tensor> read_archive(const fs::path& path) {
  const auto who = path.string();
  try {
    caffe2::serialize::PyTorchStreamReader archive(who);
    const auto size = fs::file_size(path);
    uint64_t claimed = 0;
    std::map<std::string, Storage> records;
    const auto record = [&](const std::string& name) {
      const auto found = records.find(name);
      if (found != records.end()) return found->second;
      // torch packs nothing, so what claims to be larger than the file was made to hurt.
      claimed += archive.getRecordSize(name);
      require(claimed <= size, who, ": its part ", name, " claims ", archive.getRecordSize(name),
              " bytes in a file of ", size);
      auto [data, length] = archive.getRecord(name);
      const auto owner = std::make_shared<at::DataPtr>(std::move(data));
      const std::string_view bytes(static_cast<const char*>(owner->get()), length);
      return records.emplace(name, Storage{bytes, owner}).first->second;
    };
    const auto text = record("data.pkl");
    auto bytes = text.bytes;
    const auto pickle = read_pickle(bytes, who);
    return tensors_of(
        places_of(*pickle.root, who), [&](const std::string& key) { return record("data/" + key); },
        who);
  } catch (const c10::Error&) {
    throw Error(who + ": a damaged archive, or none of torch.save()");
  }
}

/// The bytes of a number and its place in the plain sequence: little-endian, 8 bytes.
int64_t take_count(std::string_view& bytes, const std::string& who) {
  int64_t count = 0;
  require(bytes.size() >= sizeof(count), who, ": is cut off");
  std::memcpy(&count, bytes.data(), sizeof(count));
  bytes.remove_prefix(sizeof(count));
  return count;
}

/// What torch.save() wrote before its archives, behind the magic number: pickles of the protocol, the
/// system, the object, and the storages' keys; then each storage, as a count and its numbers.
std::map<std::string, Tensor> read_sequence(std::string_view bytes, const Tensor& mapped,
                                            const std::string& who) {
  for (int i = 0; i < 2; ++i) read_pickle(bytes, who);
  const auto object = read_pickle(bytes, who), keys = read_pickle(bytes, who);
  const auto places = places_of(*object.root, who);
  // The sizes of storages are in numbers, so their types must be known first.
  std::map<std::string, size_t> sizes;
  for (const auto& [name, place] : places) sizes[place.storage] = c10::elementSize(place.type);
  std::map<std::string, std::string_view> storages;
  for (const auto* key : keys.root->parts) {
    const auto size = sizes.find(key->text);
    require(size != sizes.end(), who, ": a storage of no tensor");
    const int64_t count = take_count(bytes, who);
    require(count >= 0 && static_cast<size_t>(count) <= bytes.size() / size->second, who,
            ": is cut off");
    storages[key->text] = bytes.substr(0, static_cast<size_t>(count) * size->second);
    bytes.remove_prefix(storages[key->text].size());
  }
  const auto find = [&](const std::string& key) {
    const auto found = storages.find(key);
    require(found != storages.end(), who, ": has no storage ", key);
    return Storage{found->second, std::make_shared<Tensor>(mapped)};
  };
  auto tensors = tensors_of(places, find, who);
  // They lie at any byte of the file, which vector code does not like.
  for (auto& [name, tensor] : tensors) tensor = tensor.clone();
  return tensors;
}

}  // namespace

std::map<std::string, Tensor> read_torch_file(const fs::path& path) {
  // The pickle of torch's magic number 0x1950a86a20f9469cfc6c, as protocol 2 has it.
  static constexpr std::string_view kMagic(
      "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
  std::error_code error;
  const auto size = static_cast<int64_t>(fs::file_size(path, error));
  require(!error, path.string(), ": ", error.message());
  require(size > static_cast<int64_t>(kMagic.size()), path.string(),
          ": too short for a file of torch.save()");
  const auto mapped = at::from_file(path.string(), /*shared=*/false, size, at::kByte);
  const std::string_view bytes(static_cast<const char*>(mapped.const_data_ptr()),
                               static_cast<size_t>(size));
  if (bytes.substr(0, 2) == "PK") return read_archive(path);
  require(bytes.substr(0, kMagic.size()) == kMagic, path.string(),
          ": got no file of torch.save(), expected a state_dict() saved by it");
  return read_sequence(bytes.substr(kMagic.size()), mapped, path.string());
}

}  // namespace ganvas
