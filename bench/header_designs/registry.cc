// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/header_designs/registry.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "waybill/bench/header_designs/dtls12.h"
#include "waybill/bench/header_designs/ext12.h"
#include "waybill/bench/header_designs/ext13.h"
#include "waybill/bench/header_designs/tls12_cid.h"
#include "waybill/bench/header_designs/tls12_cid_length_octet.h"
#include "waybill/bench/header_designs/tls12_cid_nibble.h"
#include "waybill/bench/header_designs/tls12_cid_quic_lb.h"
#include "waybill/bench/header_designs/tls12_cid_sealed.h"
#include "waybill/bench/header_designs/tls12_cid_tagged.h"
#include "waybill/bench/header_designs/unified13.h"
#include "waybill/bench/header_designs/unified13_self_delineating.h"

namespace waybill {
namespace {

// A new design is a file beside this one and a line here.
constexpr ComparedDesign kDesigns[] = {
    MakeComparedDesign<Dtls12>(),                    // address lookup
    MakeComparedDesign<Tls12Cid>(),                  // CID looked up
    MakeComparedDesign<Tls12CidLengthOctet>(),       // CID looked up, delineates itself
    MakeComparedDesign<Tls12CidNibble>(),            // the same
    MakeComparedDesign<Tls12CidQuicLb>(),            // the same, and routable
    MakeComparedDesign<Tls12CidTagged>(),            // CID checked, then looked up
    MakeComparedDesign<Tls12CidSealed>(),            // CID checked, says the slot
    MakeComparedDesign<Ext12>(),                     // CID self-described
    MakeComparedDesign<Unified13>(),                 // CID looked up
    MakeComparedDesign<Unified13SelfDelineating>(),  // CID looked up, delineates itself
    MakeComparedDesign<Ext13>(),                     // CID self-described
};

std::string_view NameOf(const ComparedDesign& design) { return design.info->name; }

}  // namespace

absl::Span<const ComparedDesign> AllDesigns() { return kDesigns; }

absl::StatusOr<std::vector<ComparedDesign>> DesignsNamed(absl::Span<const std::string> names) {
  for (const std::string& name : names) {
    const bool known =
        std::any_of(std::begin(kDesigns), std::end(kDesigns),
                    [&](const ComparedDesign& design) { return NameOf(design) == name; });
    if (!known) {
      const std::string all =
          absl::StrJoin(AllDesigns(), ", ", [](std::string* out, const ComparedDesign& design) {
            absl::StrAppend(out, absl::string_view(NameOf(design).data(), NameOf(design).size()));
          });
      return absl::InvalidArgumentError(
          absl::StrCat("there is no header design \"", name, "\"; there are ", all));
    }
  }
  std::vector<ComparedDesign> designs;
  for (const ComparedDesign& design : kDesigns) {
    if (names.empty() || std::find(names.begin(), names.end(), NameOf(design)) != names.end()) {
      designs.push_back(design);
    }
  }
  return designs;
}

}  // namespace waybill
