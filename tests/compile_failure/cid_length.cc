// SPDX-License-Identifier: Apache-2.0
//
// A receiver says how long its CIDs are, and says it as a length: see compile_failure_test.py.
#include "waybill/wire/cid_length.h"

#include <cstdint>

#include "waybill/record/datagram_reader.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"

namespace waybill {

constexpr uint8_t kBytes[16] = {};

void LeftOut() {
  RecordRules rules(CidLength::Absent());
  RecordView view;
  DatagramReader reader(kBytes, rules);
  ParseRecord(kBytes, 0, rules, &view);
#ifdef FAULTS  // CID length without one: no matching (function|constructor)
  { CidLength none; }
#endif
#ifdef FAULTS  // CID length in empty braces: no matching (function|constructor)
  { CidLength none{}; }
#endif
#ifdef FAULTS  // fixed without a number: (too few arguments|no matching function)
  CidLength::Fixed();
#endif
#ifdef FAULTS  // rules without CID length: no matching (function|constructor)
  { RecordRules none; }
#endif
#ifdef FAULTS  // rules of extensions alone: no matching (function|constructor|conversion)
  {
    RecordRules none(ExtensionRules{});
    none.cid_length.Of(kBytes);
  }
#endif
#ifdef FAULTS  // reader without rules: no matching (function|constructor)
  { DatagramReader none(kBytes); }
#endif
#ifdef FAULTS  // parse without rules: (too few arguments|no matching function|could not convert)
  ParseRecord(kBytes, 0, &view);
#endif
}

// A number alone could be of bytes, of bits, or a place.
void OfAnotherKind() {
  CidLength length = CidLength::Fixed(8);
  length = CidLength::Absent();
#ifdef FAULTS  // CID length from a number: (non-scalar|no viable conversion)
  { CidLength number = 8; }
#endif
#ifdef FAULTS  // rules from a number: no matching (function|constructor|conversion)
  { RecordRules rules(8); }
#endif
#ifdef FAULTS  // rules from a length unsaid: (non-scalar|no viable conversion)
  { RecordRules rules = CidLength::Fixed(8); }
#endif
}

}  // namespace waybill
