// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/results_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "waybill/bench/comparison/overhead.h"

namespace waybill {
namespace {

// The first columns are text and stand left, the others right.
class Table {
 public:
  Table(size_t text_columns, std::vector<std::string> titles)
      : text_columns_(text_columns), rows_{std::move(titles)} {}

  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  std::string ToString() const {
    std::vector<size_t> widths(rows_.front().size());
    for (const std::vector<std::string>& row : rows_) {
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const std::vector<std::string>& row : rows_) {
      std::string line = " ";
      for (size_t i = 0; i < row.size(); ++i) {
        const std::string padding(widths[i] - row[i].size(), ' ');
        absl::StrAppend(&line, " ", i < text_columns_ ? row[i] + padding : padding + row[i],
                        i + 1 < row.size() ? " " : "");
      }
      line.erase(line.find_last_not_of(' ') + 1);
      absl::StrAppend(&text, line, "\n");
    }
    return text;
  }

 private:
  size_t text_columns_;
  std::vector<std::vector<std::string>> rows_;
};

std::string TextOf(const Summary& summary, int digits) {
  return absl::StrFormat("%.*f [%.*f, %.*f]", digits, summary.median, digits, summary.low, digits,
                         summary.high);
}

// Shares of nothing and of all are told apart from those that only round to them.
std::string Percent(double share) {
  if (share == 0) return "-";
  if (share < 0.0005) return "<0.1";
  if (share > 0.9995 && share < 1) return ">99.9";
  return absl::StrFormat("%.1f", 100 * share);
}

std::string TextOf(const absl::StatusOr<double>& instructions) {
  return instructions.ok() ? absl::StrFormat("%.1f", *instructions) : "not measured";
}

std::string DesignList(const ComparisonResults& results) {
  std::string text;
  for (const DesignResult& design : results.designs) {
    const DesignInfo& info = *design.info;
    absl::StrAppendFormat(&text, "  %s\n    %s\n    (%s)\n", std::string(info.name),
                          std::string(info.sentence), std::string(info.citation));
  }
  return text;
}

std::string BytesTable(const ComparisonResults& results) {
  std::vector<std::string> titles = {"design", "CID", "header", "inner type", "together"};
  for (const size_t payload : kShownPayloads) {
    titles.push_back(absl::StrCat("% of ", payload, " B"));
  }
  Table table(1, titles);
  for (const DesignResult& design : results.designs) {
    std::vector<std::string> row = {std::string(design.info->name), absl::StrCat(design.cid_length),
                                    absl::StrCat(design.header_length),
                                    absl::StrCat(design.info->protected_type),
                                    absl::StrCat(Overhead(design))};
    for (const size_t payload : kShownPayloads) {
      row.push_back(absl::StrFormat("%.1f", 100 * OverheadShare(design, payload)));
    }
    table.Add(std::move(row));
  }
  return table.ToString();
}

std::string ParseTable(const ComparisonResults& results) {
  Table table(1, {"design", "ns a record", "times the copy", "instructions"});
  const auto add = [&table](std::string name, const Measured& measured,
                            const absl::StatusOr<double>& instructions) {
    table.Add(
        {std::move(name), TextOf(measured.ns, 2), TextOf(measured.ratio, 2), TextOf(instructions)});
  };
  add("floor: the copy", results.floor, results.floor_instructions);
  for (const DesignResult& design : results.designs) {
    add(std::string(design.info->name), design.parse, design.instructions);
  }
  std::set<std::string> reasons;
  const auto note = [&reasons](const absl::StatusOr<double>& instructions) {
    if (!instructions.ok()) reasons.insert(std::string(instructions.status().message()));
  };
  note(results.floor_instructions);
  for (const DesignResult& design : results.designs) note(design.instructions);
  std::string text = table.ToString();
  for (const std::string& reason : reasons) {
    absl::StrAppend(&text, "  Instructions were not measured: ", reason, ".\n");
  }
  return text;
}

std::string LookupTable(const ComparisonOptions& options, const ComparisonResults& results,
                        Measured ReceiverResult::*lookup) {
  std::vector<std::string> titles = {"design", "found by"};
  for (const size_t associations : options.association_counts) {
    titles.push_back(absl::StrCat("ns at ", associations));
  }
  Table table(2, titles);
  for (const DesignResult& design : results.designs) {
    std::vector<std::string> row = {std::string(design.info->name),
                                    std::string(NameOf(design.info->lookup_by))};
    for (const ReceiverResult& receiver : design.receivers) {
      row.push_back(TextOf((receiver.*lookup).ns, 1));
    }
    table.Add(std::move(row));
  }
  return table.ToString();
}

std::string TrashTable(const ComparisonResults& results, size_t receiver) {
  std::vector<std::string> titles = {"design"};
  for (size_t i = 0; i < kStageCount; ++i) {
    titles.push_back(std::string(NameOf(static_cast<Stage>(i))));
  }
  titles.push_back("ns a refused one");
  Table table(1, titles);
  for (const TrashClass trash_class : kTrashClasses) {
    const size_t index = static_cast<size_t>(trash_class);
    table.Add({absl::StrCat(std::string(NameOf(trash_class)), ":")});
    for (const DesignResult& design : results.designs) {
      const TrashResult& trash = design.receivers[receiver].trash[index];
      std::vector<std::string> row = {std::string(design.info->name)};
      for (size_t i = 0; i < kStageCount; ++i) {
        row.push_back(Percent(ShareAt(trash, static_cast<Stage>(i))));
      }
      row.push_back(trash.refused.has_value() ? TextOf(trash.refused->ns, 1) : "none refused");
      table.Add(std::move(row));
    }
  }
  return table.ToString();
}

// Shares of many powers of ten.
std::string Scientific(double share) { return share == 0 ? "0" : absl::StrFormat("%.2e", share); }

std::string PassingTable(const ComparisonResults& results) {
  Table table(1, {"hurdle", "CID", "check", "associations", "tried", "passed", "share",
                  "95 % interval", "theory", "inside"});
  for (const PassingCount& count : results.passing) {
    const Interval interval = count.interval();
    const std::optional<double> bound = count.bound();
    table.Add(
        {std::string(NameOf(count.hurdle)), absl::StrCat(count.cid_length),
         absl::StrCat(count.check_length),
         count.associations == 0 ? "" : absl::StrCat(count.associations),
         absl::StrCat(count.trials), absl::StrCat(count.passed),
         bound.has_value() ? absl::StrCat("< ", Scientific(*bound)) : Scientific(count.share()),
         absl::StrFormat("[%s, %s]", Scientific(interval.low), Scientific(interval.high)),
         Scientific(count.expected()), count.expected_inside() ? "yes" : "NO"});
  }
  return table.ToString();
}

std::string Introduction(const ComparisonOptions& options,
                         absl::Span<const CaptureSummary> captures,
                         const Environment& environment) {
  uint64_t records = 0;
  for (const CaptureSummary& capture : captures) records += capture.protected_records;
  return absl::StrFormat(
      "Header designs compared over %d datagrams drawn from %d protected records of %d captures, "
      "seed %d.\n%s, %d cores, %s, %s build, %s.\n"
      "Times are thread CPU time: the median of %d repetitions, and in brackets an interval that "
      "holds the true\nmedian with 95 %% confidence. A difference inside the intervals is no "
      "difference.\n",
      options.datagrams, records, captures.size(), options.seed, environment.cpu, environment.cores,
      environment.compiler, environment.build_mode, environment.kernel, options.repetitions);
}

}  // namespace

std::string ToText(const ComparisonOptions& options, absl::Span<const CaptureSummary> captures,
                   const Environment& environment, const ComparisonResults& results) {
  std::string text = absl::StrCat(
      Introduction(options, captures, environment), "\n", DesignList(results),
      "\nBytes of a record; the CID is part of the header. Nonces and tags belong to the cipher "
      "suite "
      "and are not counted;\nthe inner type is the content type where it stands inside the "
      "protection.\n",
      BytesTable(results), "\nReading a header, beside a copy of the first ", CopyFloor::kCopied,
      " bytes of the same datagrams in the same moments. The floor's own\nratio shows the noise.\n",
      ParseTable(results),
      "\nFinding the association of a valid record and touching its state, by number of "
      "associations, a record at a time. The\nheader has been read; the addresses of the peers "
      "are known. What a design can refuse by the CID itself is part of it.\n",
      LookupTable(options, results, &ReceiverResult::lookup),
      "\nThe same of 32 records at once, as they come from a socket.\n",
      LookupTable(options, results, &ReceiverResult::batched_lookup));
  for (size_t i = 0; i < options.association_counts.size(); ++i) {
    absl::StrAppend(
        &text, "\nTrash at ", options.association_counts[i],
        " associations: the percentage that each stage refused, first_byte to replay; what no "
        "stage refused reaches\nthe AEAD. The time is that of the whole way to the refusal.\n",
        TrashTable(results, i));
  }
  absl::StrAppend(
      &text,
      "  unknown_cid of a design without CIDs is a good datagram from an unknown address; where a "
      "CID says its length, that\n  stays right. Stage cid is refusal by the CID itself, one at a "
      "time; where the CID says the slot, lookup is a slot that\n  has another association now. "
      "What is cut or flipped comes from the peer's own address, all other trash from unknown\n  "
      "ones. DTLS 1.3 masks record numbers, so no stage before its AEAD can see a replay; flips in "
      "a payload are for the\n  AEAD in every design.\n");
  if (!results.passing.empty()) {
    absl::StrAppend(
        &text,
        "\nRandom CIDs that pass: the lookup, in a table of so many associations; a tag; the check "
        "bits of a sealed CID. CID\nand check are bytes; theory says associations / 2^(8 CID), or "
        "1 / 2^(8 check). Where none passed, the share is\nbelow the bound with 95 % confidence. "
        "Of intervals of 95 % one in twenty may miss.\n",
        PassingTable(results));
  }
  return text;
}

}  // namespace waybill
