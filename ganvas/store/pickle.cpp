// Reading Python's pickles as data. The opcodes are those of Python's pickletools module.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/pickle.h"

#include <cstring>
#include <unordered_map>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

using Kind = Pickled::Kind;

constexpr size_t kMostObjects = 1 << 22;  // a real file has some ten for each tensor

class Reader {
 public:
  Reader(std::string_view& bytes, const std::string& who) : bytes_(bytes), who_(who) {}

  Pickle read() {
    while (true) {
      const auto code = static_cast<uint8_t>(take(1)[0]);
      if (code == '.') break;
      if (!reads_value(code) && !reads_text(code) && !reads_memo(code)) combine(code);
      require(pickle_.objects.size() < kMostObjects, who_, ": its pickle has over ", kMostObjects,
              " objects");
    }
    pickle_.root = pop();
    return std::move(pickle_);
  }

 private:
  std::string_view take(size_t count) {
    require(count <= bytes_.size(), who_, ": its pickle is cut off");
    const auto part = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return part;
  }

  std::string_view take_line() {
    const auto end = bytes_.find('\n');
    require(end != std::string_view::npos, who_, ": its pickle is cut off");
    const auto line = take(end);
    take(1);
    return line;
  }

  /// A little-endian number of `count` bytes, 1 to 8.
  int64_t take_number(size_t count) {
    require(count <= 8, who_, ": its pickle has an integer of ", count, " bytes");
    const auto part = take(count);
    uint64_t number = 0;
    for (size_t i = 0; i < count; ++i) {
      number |= static_cast<uint64_t>(static_cast<uint8_t>(part[i])) << (8 * i);
    }
    return static_cast<int64_t>(number);
  }

  double take_real() {  // big-endian
    const auto part = take(8);
    uint64_t bits = 0;
    for (const char byte : part) bits = bits << 8 | static_cast<uint8_t>(byte);
    double real = 0;
    std::memcpy(&real, &bits, sizeof(real));
    return real;
  }

  Pickled* make(Kind kind) {
    auto& object = pickle_.objects.emplace_back();
    object.kind = kind;
    return &object;
  }

  void push_integer(int64_t integer) {
    auto* object = make(Kind::kInteger);
    object->integer = integer;
    stack_.push_back(object);
  }

  void push_text(Kind kind, std::string text) {
    auto* object = make(kind);
    object->text = std::move(text);
    stack_.push_back(object);
  }

  Pickled* pop() {
    require(stack_.size() > floor(), who_, ": its pickle is out of balance");
    auto* object = stack_.back();
    stack_.pop_back();
    return object;
  }

  size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  /// What lies above the last mark, and the mark, are taken off.
  std::vector<const Pickled*> pop_to_mark() {
    require(!marks_.empty(), who_, ": its pickle is out of balance");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<const Pickled*> parts(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return parts;
  }

  void push_sequence(std::vector<const Pickled*> parts) {
    auto* object = make(Kind::kSequence);
    object->parts = std::move(parts);
    stack_.push_back(object);
  }

  void push_tuple_of(size_t count) {
    std::vector<const Pickled*> parts(count);
    for (size_t i = count; i > 0; --i) parts[i - 1] = pop();
    push_sequence(std::move(parts));
  }

  bool reads_value(uint8_t code) {
    switch (code) {
      case 0x80:
        take(1);
        return true;  // PROTO
      case 'N':
        stack_.push_back(make(Kind::kNone));
        return true;
      case 0x88:
        push_integer(1);
        return true;  // NEWTRUE
      case 0x89:
        push_integer(0);
        return true;
      case 'K':
        push_integer(take_number(1));
        return true;
      case 'M':
        push_integer(take_number(2));
        return true;
      case 'J':
        push_integer(static_cast<int32_t>(take_number(4)));
        return true;
      case 0x8a:
        push_integer(take_long(1));
        return true;  // LONG1
      case 0x8b:
        push_integer(take_long(4));
        return true;  // LONG4
      case 'G':
        stack_.push_back(make(Kind::kReal));
        stack_.back()->real = take_real();
        return true;
      case '}':
        stack_.push_back(make(Kind::kMapping));
        return true;
      case ']':
      case ')':
      case 0x8f:
        push_sequence({});
        return true;
      case 0x95:
        take(8);
        return true;  // FRAME
      case 'c': {
        const auto module = std::string(take_line());
        push_text(Kind::kName, module + "." + std::string(take_line()));
        return true;
      }
      default:
        return false;
    }
  }

  bool reads_text(uint8_t code) {
    switch (code) {
      case 'X':
      case 'T':
      case 'B':
        push_text(Kind::kText, std::string(take(take_length(4))));
        return true;
      case 0x8d:
      case 0x8e:
        push_text(Kind::kText, std::string(take(take_length(8))));
        return true;
      case 'C':
      case 0x8c:
      case 'U':
        push_text(Kind::kText, std::string(take(take_length(1))));
        return true;
      default:
        return false;
    }
  }

  size_t take_length(size_t bytes) { return static_cast<size_t>(take_number(bytes)); }

  /// As many bytes as the first `digits` say, in two's complement; 0 for those
  /// of more than 8 bytes, which no tensor has.
  int64_t take_long(size_t digits) {
    const auto count = take_length(digits);
    if (count > 8) {
      take(count);
      return 0;
    }
    const auto number = take_number(count);
    const bool is_negative = count > 0 && count < 8 && number >> (8 * count - 1) != 0;
    return is_negative ? number - (int64_t{1} << (8 * count)) : number;
  }

  bool reads_memo(uint8_t code) {
    switch (code) {
      case 'q':
        keep(take_number(1));
        return true;
      case 'r':
        keep(take_number(4));
        return true;
      case 'h':
        recall(take_number(1));
        return true;
      case 'j':
        recall(take_number(4));
        return true;
      case 0x94: {
        const auto next = static_cast<int64_t>(memo_.size());
        keep(next);
        return true;  // MEMOIZE
      }
      case '(':
        marks_.push_back(stack_.size());
        return true;
      default:
        return false;
    }
  }

  void keep(int64_t number) {
    memo_[number] = pop();
    stack_.push_back(memo_[number]);
  }

  void recall(int64_t number) {
    const auto found = memo_.find(number);
    require(found != memo_.end(), who_, ": its pickle recalls what it never kept");
    stack_.push_back(found->second);
  }

  void combine(uint8_t code) {
    switch (code) {
      case 't':
        push_sequence(pop_to_mark());
        return;
      case 0x85:
      case 0x86:
      case 0x87:
        push_tuple_of(code - size_t{0x84});
        return;
      case 'a': {
        const auto* item = pop();
        append(Kind::kSequence, {item});
        return;
      }
      case 'e':
      case 0x90:
        append(Kind::kSequence, pop_to_mark());
        return;
      case 's': {
        const auto *value = pop(), *key = pop();
        append(Kind::kMapping, {key, value});
        return;
      }
      case 'u':
        append(Kind::kMapping, pop_to_mark());
        return;
      case 'Q': {
        auto* reference = make(Kind::kReference);
        reference->parts = {pop()};
        stack_.push_back(reference);
        return;
      }
      case 0x93: {
        constexpr size_t kLongest = 1024;
        const auto *name = pop(), *module = pop();
        require(name->kind == Kind::kText && module->kind == Kind::kText &&
                    name->text.size() + module->text.size() < kLongest,
                who_, ": its pickle names a function by what is no name");
        push_text(Kind::kName, module->text + "." + name->text);
        return;  // STACK_GLOBAL
      }
      case 'R':
      case 0x81:
        call();
        return;
      case 'b':
        pop();
        require(stack_.size() > floor(), who_, ": its pickle is out of balance");
        return;  // BUILD
      default:
        require(false, who_, ": its pickle has the opcode ", static_cast<int>(code),
                ", which files of tensors do not have; save a state_dict()");
    }
  }

  void append(Kind kind, const std::vector<const Pickled*>& parts) {
    auto* object = pop();
    require(object->kind == kind && (kind == Kind::kSequence || parts.size() % 2 == 0), who_,
            ": its pickle puts items into what holds none");
    object->parts.insert(object->parts.end(), parts.begin(), parts.end());
    stack_.push_back(object);
  }

  void call() {
    const auto *arguments = pop(), *what = pop();
    require(what->kind == Kind::kName && arguments->kind == Kind::kSequence, who_,
            ": its pickle calls what is no function");
    const bool makes_mapping = what->text == "collections.OrderedDict" && are_items(*arguments);
    auto* object = make(makes_mapping ? Kind::kMapping : Kind::kCall);
    object->text = what->text;
    const bool has_items = makes_mapping && !arguments->parts.empty();
    const auto& parts = has_items ? arguments->parts[0]->parts : arguments->parts;
    taken_parts_ += has_items ? 2 * parts.size()
                              : parts.size();  // a kept tuple may be the arguments of many calls
    require(taken_parts_ < kMostObjects, who_, ": its pickle has over ", kMostObjects,
            " arguments");
    if (!has_items) {
      object->parts = parts;
    } else {
      for (const auto* item : parts)
        object->parts.insert(object->parts.end(), item->parts.begin(), item->parts.end());
    }
    stack_.push_back(object);
  }

  /// True for no arguments, and for a list of pairs, which is how Python 2 writes a mapping.
  static bool are_items(const Pickled& arguments) {
    if (arguments.parts.empty()) return true;
    const auto& list = *arguments.parts[0];
    return arguments.parts.size() == 1 && list.kind == Kind::kSequence &&
           std::all_of(list.parts.begin(), list.parts.end(), [](const Pickled* item) {
             return item->kind == Kind::kSequence && item->parts.size() == 2;
           });
  }

  std::string_view& bytes_;
  const std::string& who_;
  std::vector<Pickled*> stack_;
  size_t taken_parts_ = 0;     // by calls
  std::vector<size_t> marks_;  // places in the stack
  std::unordered_map<int64_t, Pickled*> memo_;
  Pickle pickle_;
};

}  // namespace

Pickle read_pickle(std::string_view& bytes, const std::string& who) {
  return Reader(bytes, who).read();
}

}  // namespace ganvas
