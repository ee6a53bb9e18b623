// Writing files of torch.save().
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <caffe2/serialize/inline_container.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/store/torch_file.h"

namespace ganvas {
namespace {

const char* storage_of(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return "FloatStorage";
    case at::kHalf:
      return "HalfStorage";
    case at::kDouble:
      return "DoubleStorage";
    case at::kLong:
      return "LongStorage";
    default:
      throw Error(c10::str("torch.save(): cannot store numbers of type ", type));
  }
}

/// A pickle of protocol 2, written opcode by opcode.
class PickleWriter {
 public:
  void global(const std::string& module, const std::string& name) {
    bytes_ += "c" + module + "\n" + name + "\n";
  }
  void text(const std::string& text) {
    bytes_ += 'X';
    number(text.size(), 4);
    bytes_ += text;
  }
  void integer(int64_t value) {
    bytes_ += "\x8a\x08";  // LONG1 of 8 bytes
    number(static_cast<uint64_t>(value), 8);
  }
  void tuple(at::IntArrayRef values) {
    bytes_ += '(';
    for (const auto value : values) integer(value);
    bytes_ += 't';
  }
  void code(std::string_view opcodes) { bytes_ += opcodes; }
  const std::string& bytes() const { return bytes_; }

 private:
  void number(uint64_t value, int64_t count) {
    for (int64_t i = 0; i < count; ++i) bytes_ += static_cast<char>(value >> (8 * i) & 0xff);
  }
  std::string bytes_;
};

void put_ordered_dict(PickleWriter& to) {
  to.global("collections", "OrderedDict");
  to.code(")R");
}

/// torch._utils._rebuild_tensor_v2(storage, offset, sizes, strides, requires_grad, hooks)
void put_tensor(PickleWriter& to, const Tensor& tensor, const std::string& key) {
  to.global("torch._utils", "_rebuild_tensor_v2");
  to.code("((");
  to.text("storage");
  to.global("torch", storage_of(tensor.scalar_type()));
  to.text(key);
  to.text("cpu");
  to.integer(tensor.numel());
  to.code("tQ");
  to.integer(0);
  to.tuple(tensor.sizes());
  to.tuple(tensor.strides());
  to.code("\x89");
  put_ordered_dict(to);
  to.code("tR");
}

}  // namespace

void write_torch_file(const fs::path& path, const NamedTensors& tensors,
                      const std::string& wrapper) {
  PickleWriter pickle;
  std::vector<Tensor> stored;
  pickle.code("\x80\x02");
  if (!wrapper.empty()) {
    pickle.code("}");
    pickle.text(wrapper);
  }
  put_ordered_dict(pickle);
  pickle.code("(");
  for (const auto& [name, tensor] : tensors) {
    pickle.text(name);
    stored.push_back(tensor.detach().cpu().contiguous());
    put_tensor(pickle, stored.back(), std::to_string(stored.size() - 1));
  }
  pickle.code(wrapper.empty() ? "u." : "us.");
  AtomicFile file(path);
  const auto write = [&](const void* bytes, size_t count) {
    file.write(bytes, count);
    return count;
  };
  caffe2::serialize::PyTorchStreamWriter archive(write);
  archive.writeRecord("data.pkl", pickle.bytes().data(), pickle.bytes().size());
  archive.writeRecord("byteorder", "little", 6);
  for (size_t i = 0; i < stored.size(); ++i) {
    archive.writeRecord("data/" + std::to_string(i), stored[i].const_data_ptr(),
                        stored[i].nbytes());
  }
  archive.writeEndOfFile();
  file.commit();
}

}  // namespace ganvas
