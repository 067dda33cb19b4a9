// SPDX-License-Identifier: Apache-2.0
//
// Writes the vectors of the image as C++, to standard output: every good record of traffic/'s
// catalogue, and what mutations make of it. The reasons are those that traffic/ says; the fields
// are those that the library finds on the host, where its own tests hold it to account.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/mutation.h"
#include "waybill/traffic/well_formed.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

// Of longer datagrams, which are long by their payload alone, this many bytes are stored: more than
// any header with a CID of 255 bytes and a second extension has.
constexpr size_t kLongDatagram = 2000;
constexpr size_t kStoredOfLongDatagram = 300;

std::string CodeOf(const CidLength& cids) {
  if (!cids.self_delineating()) return absl::StrCat("CidLength::Fixed(", cids.fixed(), ")");
  // Two delineators there are; a CID of one byte that counts none tells them apart.
  constexpr uint8_t kOneByte[] = {1, 0};
  return absl::StrCat("CidLength::SelfDelineating(",
                      cids.Of(kOneByte) == 2 ? "LengthOctet" : "NoCid", ", nullptr)");
}

std::string CodeOf(const RecordRules& rules) {
  const ExtensionRules& extensions = rules.extensions;
  return absl::StrFormat(
      "{%s, {static_cast<ExtensionProfile>(%d), ExtensionTypeSet(0x%x), %d, %d}}",
      CodeOf(rules.cid_length), static_cast<int>(extensions.profile), extensions.accepted.mask(),
      extensions.max_chain_length, extensions.max_count);
}

std::string CodeOf(ByteRange range) {
  return absl::StrCat("{", range.offset, ",", range.length, "}");
}

std::string CodeOf(const RecordView& view) {
  return absl::StrFormat("{static_cast<RecordForm>(%d), %d, %d, %d, %dull, %s, %s, %s, %s}",
                         static_cast<int>(view.form), view.first_byte, view.version, view.epoch,
                         view.sequence, CodeOf(view.record), CodeOf(view.cid),
                         CodeOf(view.extensions), CodeOf(view.payload));
}

// Collects vectors, and stores bytes and rules that occur again only once.
class VectorFile {
 public:
  // False where the library on the host does not find what the vector says.
  bool Add(RecordForm base, const Mutation& vector) {
    DatagramReader reader(vector.datagram, vector.rules);
    RecordView view;
    DropReason reason = DropReason::kNone;
    for (size_t i = 0; i <= vector.accepted_before; ++i) {
      if (reason != DropReason::kNone || !reader.Next(&view, &reason)) return false;
    }
    if (reason != vector.reason) return false;
    vectors_ += absl::StrFormat(
        "    /* %d: %s */\n    {static_cast<RecordForm>(%d), %d, static_cast<DropReason>(%d), "
        "kRules + %d, kBytes + %d, %d, %s},\n",
        count_++, vector.name, static_cast<int>(base), vector.accepted_before,
        static_cast<int>(vector.reason), Place(vector.rules), Place(vector.datagram),
        vector.datagram.size(), CodeOf(view));
    return true;
  }

  void Print() const {
    std::printf("#include \"waybill/tests/microcontroller/vectors.h\"\n\nnamespace waybill {\n\n");
    std::printf("constexpr RecordRules kRules[] = {\n%s};\n\n", rules_.c_str());
    std::printf("constexpr uint8_t kBytes[] = {");
    for (size_t i = 0; i < bytes_.size(); ++i)
      std::printf("%s%d,", i % 32 == 0 ? "\n    " : "", bytes_[i]);
    std::printf("\n};\n\nconstexpr Vector kVectors[] = {\n%s};\n\n", vectors_.c_str());
    std::printf(
        "absl::Span<const Vector> Vectors() { return kVectors; }\n\n}  // namespace waybill\n");
  }

 private:
  size_t Place(const RecordRules& rules) {
    const std::string code = CodeOf(rules);
    const auto [place, is_new] = places_of_rules_.emplace(code, places_of_rules_.size());
    if (is_new) absl::StrAppend(&rules_, "    ", code, ",\n");
    return place->second;
  }

  // Prefixes are found in what they were cut from.
  size_t Place(const Bytes& datagram) {
    const size_t stored = datagram.size() > kLongDatagram ? kStoredOfLongDatagram : datagram.size();
    const auto end = datagram.begin() + static_cast<std::ptrdiff_t>(stored);
    auto place = std::search(bytes_.begin(), bytes_.end(), datagram.begin(), end);
    if (place == bytes_.end()) place = bytes_.insert(bytes_.end(), datagram.begin(), end);
    return static_cast<size_t>(place - bytes_.begin());
  }

  size_t count_ = 0;
  std::string vectors_;
  std::string rules_;
  std::map<std::string, size_t> places_of_rules_;
  Bytes bytes_;
};

// What is wrong with the first byte is alike for all records.
bool ConcernsFirstByteAlone(DropReason reason) {
  return reason == DropReason::kNotDtls || reason == DropReason::kUnknownContentType;
}

int Run() {
  VectorFile file;
  std::set<RecordForm> forms;
  for (const WellFormedRecord& record : WellFormedRecords()) {
    const bool first_of_form = forms.insert(record.form).second;
    std::vector<Mutation> vectors = MutationsOf(record);
    vectors.insert(vectors.begin(),
                   {record.name, record.builder.Build(), record.rules, DropReason::kNone});
    for (const Mutation& vector : vectors) {
      if (ConcernsFirstByteAlone(vector.reason) && !first_of_form) continue;
      if (!file.Add(record.form, vector)) {
        std::fprintf(stderr, "the host does not agree: %s\n", vector.name.c_str());
        return 1;
      }
    }
  }
  file.Print();
  return 0;
}

}  // namespace
}  // namespace waybill

int main() { return waybill::Run(); }
