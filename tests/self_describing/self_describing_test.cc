// SPDX-License-Identifier: Apache-2.0
//
// What makes a self-describing record one: a reader that saw no hello and knows no CID's length
// finds every field of it. Shown for the library, the dissector and `waybill dissect`, over all
// captures (EXT-3, EXT-11, EXT-12; BUG-48).
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "waybill/capture/pcap_writer.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/tests/self_describing/relabelled_capture.h"
#include "waybill/tools/cid_lengths.h"
#include "waybill/tools/dissector.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

using nlohmann::json;

Bytes BytesOf(ByteRange range, const RelabelledDatagram& datagram) {
  const absl::Span<const uint8_t> bytes = range.In(datagram.bytes);
  return Bytes(bytes.begin(), bytes.end());
}

// Every field of a record that was read at `offset`.
void ExpectRead(const RecordView& view, RecordForm form, size_t offset,
                const RelabelledDatagram& datagram, const RelabelledRecord& record) {
  const bool extended12 = form == RecordForm::kExtended12;
  EXPECT_EQ(NameOf(view.form), NameOf(form));
  EXPECT_EQ(view.record.offset, offset);
  if (extended12) {
    EXPECT_EQ(view.first_byte, record.content_type);
  }
  EXPECT_EQ(view.version, extended12 ? kDtls12Version : 0);
  EXPECT_EQ(view.epoch, record.epoch);
  EXPECT_EQ(view.sequence, record.sequence);
  EXPECT_EQ(view.number().length, extended12 ? 6 : record.sequence16 ? 2 : 1);
  EXPECT_EQ(ToHex(BytesOf(view.cid, datagram)), ToHex(record.cid));
  EXPECT_EQ(ToHex(BytesOf(view.payload, datagram)), ToHex(record.payload));
  auto expected = record.extensions.begin();
  for (const RecordExtension& extension : ExtensionChain(view.extensions.In(datagram.bytes))) {
    ASSERT_NE(expected, record.extensions.end());
    EXPECT_EQ(extension.type, expected->type);
    EXPECT_EQ(ToHex(extension.value), ToHex(expected->value));
    ++expected;
  }
  EXPECT_EQ(expected, record.extensions.end());
}

class SelfDescribing : public testing::TestWithParam<RecordForm> {
 protected:
  // Calls `check` with what becomes of each capture, in turn.
  template <typename Check>
  void ForEachCapture(Check check) {
    size_t cid_length = 1;
    for (const std::string& path : CapturePaths()) {
      SCOPED_TRACE(path);
      const auto datagrams = Relabel(path, GetParam(), &cid_length);
      ASSERT_TRUE(datagrams.ok()) << datagrams.status();
      ASSERT_FALSE(datagrams->empty());
      check(*datagrams);
      if (HasFailure()) return;  // the first of what may be thousands
    }
  }
};

TEST_P(SelfDescribing, LibraryReadsEveryRecord) {
  ExtensionRules extensions;
  extensions.profile = ExtensionProfile::kAuthenticated;
  extensions.accepted = ExtensionTypeSet::All();
  const RecordRules rules(CidLength::Absent(), extensions);
  ForEachCapture([&](const std::vector<RelabelledDatagram>& datagrams) {
    for (const RelabelledDatagram& datagram : datagrams) {
      DatagramReader reader(datagram.bytes, rules);
      RecordView view;
      DropReason reason;
      size_t offset = 0;
      for (const RelabelledRecord& record : datagram.records) {
        ASSERT_TRUE(reader.Next(&view, &reason));
        ASSERT_EQ(NameOf(reason), NameOf(DropReason::kNone));
        ExpectRead(view, GetParam(), offset, datagram, record);
        offset = view.record.end();
      }
      EXPECT_FALSE(reader.Next(&view, &reason));
      EXPECT_EQ(offset, datagram.bytes.size());
    }
  });
}

TEST_P(SelfDescribing, DissectorReadsEveryRecord) {
  ForEachCapture([&](const std::vector<RelabelledDatagram>& datagrams) {
    Dissector dissector({});
    for (const RelabelledDatagram& datagram : datagrams) {
      size_t read = 0, offset = 0;
      dissector.Read({1, datagram.direction, datagram.bytes}, [&](const DissectedRecord& record) {
        ASSERT_LT(read, datagram.records.size());
        EXPECT_EQ(NameOf(record.drop), NameOf(DropReason::kNone));
        EXPECT_FALSE(record.header_unread);
        EXPECT_EQ(NameOf(record.cid_length_source), NameOf(CidLengthSource::kHeader));
        ExpectRead(record.view, GetParam(), offset, datagram, datagram.records[read]);
        offset = record.view.record.end();
        ++read;
      });
      EXPECT_EQ(read, datagram.records.size());
    }
  });
}

std::string CaptureOf(const std::vector<RelabelledDatagram>& datagrams) {
  const std::string path = absl::StrCat(std::getenv("TEST_TMPDIR"), "/relabelled.pcap");
  auto writer = PcapWriter::Create(path);
  EXPECT_TRUE(writer.ok()) << writer.status();
  if (!writer.ok()) return path;
  absl::Time time = absl::FromUnixSeconds(1);
  for (const RelabelledDatagram& datagram : datagrams) {
    const absl::Status written = writer->Write(time, datagram.direction.source,
                                               datagram.direction.destination, datagram.bytes);
    EXPECT_TRUE(written.ok()) << written;
    time += absl::Milliseconds(1);
  }
  EXPECT_TRUE(writer->Close().ok());
  return path;
}

// What `waybill dissect --json` must print.
json LinesFor(RecordForm form, const std::vector<RelabelledDatagram>& datagrams) {
  const bool extended12 = form == RecordForm::kExtended12;
  const auto if12 = [&](const json& value) { return extended12 ? value : json(nullptr); };
  json lines = json::array();
  for (size_t i = 0; i < datagrams.size(); ++i) {
    const RelabelledDatagram& datagram = datagrams[i];
    for (size_t j = 0; j < datagram.records.size(); ++j) {
      const RelabelledRecord& record = datagram.records[j];
      json extensions = json::array();
      size_t length = record.payload.size();
      for (const RelabelledExtension& extension : record.extensions) {
        extensions.push_back({{"type", extension.type},
                              {"length", extension.value.size()},
                              {"value", ToHex(extension.value)}});
        length += kExtensionHeaderLength + extension.value.size();
      }
      lines.push_back({{"frame", i + 1},
                       {"record", j + 1},
                       {"src", datagram.direction.source.ToString()},
                       {"dst", datagram.direction.destination.ToString()},
                       {"form", std::string(NameOf(form))},
                       {"protocol", "dtls"},
                       {"content_type", if12(record.content_type)},
                       {"version", if12(kDtls12Version)},
                       {"epoch", if12(record.epoch)},
                       {"sequence", if12(record.sequence)},
                       {"number_protected", !extended12},
                       {"cid", ToHex(record.cid)},
                       {"cid_length_source", "header"},
                       {"extensions", extensions},
                       {"length", length},
                       {"drop", nullptr},
                       {"opened", false},
                       {"inner_type", nullptr},
                       {"payload", nullptr}});
    }
  }
  return lines;
}

json Dissect(const std::string& capture) {
  std::FILE* output = popen(absl::StrCat("tools/waybill dissect --json ", capture).c_str(), "r");
  EXPECT_NE(output, nullptr);
  json lines = json::array();
  if (output == nullptr) return lines;
  std::string line;
  for (int c = std::fgetc(output); c != EOF; c = std::fgetc(output)) {
    if (c == '\n') {
      lines.push_back(json::parse(line));
      line.clear();
    } else {
      line.push_back(static_cast<char>(c));
    }
  }
  EXPECT_EQ(pclose(output), 0);
  return lines;
}

TEST_P(SelfDescribing, ToolPrintsEveryRecord) {
  ForEachCapture([&](const std::vector<RelabelledDatagram>& datagrams) {
    const json expected = LinesFor(GetParam(), datagrams);
    const json printed = Dissect(CaptureOf(datagrams));
    ASSERT_EQ(printed.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(printed[i], expected[i]);
  });
}

// What the tests above are over.
TEST_P(SelfDescribing, TrafficIsOfAllKinds) {
  std::set<size_t> cid_lengths, records, extensions;
  std::set<uint8_t> content_types;
  size_t all = 0, changed_addresses = 0;
  ForEachCapture([&](const std::vector<RelabelledDatagram>& datagrams) {
    std::set<std::string> addresses;
    for (const RelabelledDatagram& datagram : datagrams) {
      addresses.insert(datagram.direction.source.ToString());
      records.insert(datagram.records.size());
      for (const RelabelledRecord& record : datagram.records) {
        ++all;
        cid_lengths.insert(record.cid.size());
        extensions.insert(record.extensions.size());
        content_types.insert(record.content_type);
      }
    }
    changed_addresses += addresses.size() - 1 - kAssociations;  // less the server, and first ones
  });
  std::printf("%zu records, %zu lengths of CIDs, %zu changes of address\n", all, cid_lengths.size(),
              changed_addresses);
  EXPECT_EQ(cid_lengths.size(), kMaxCidLength);
  EXPECT_EQ(records, (std::set<size_t>{1, 2, 3, 4}));
  EXPECT_EQ(extensions, (std::set<size_t>{1, 2, 3, 4}));
  EXPECT_GT(content_types.size(), 1u);
  EXPECT_GT(all, 17u * 16 * kAssociations) << "eight messages each way in each capture";
  EXPECT_GT(changed_addresses, 100u);
}

INSTANTIATE_TEST_SUITE_P(Forms, SelfDescribing,
                         testing::Values(RecordForm::kExtended12, RecordForm::kExtended13),
                         [](const testing::TestParamInfo<RecordForm>& form) {
                           return std::string(NameOf(form.param));
                         });

}  // namespace
}  // namespace waybill
