// SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_cat.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/test_formats.h"
#include "waybill/fuzz/masking_cipher.h"
#include "waybill/fuzz/seeds.h"

namespace waybill {

// A CID of each format, under keys that the targets do not have; and what the targets' own cipher
// would seal.
void WriteCidSeeds(SeedWriter* writer) {
  for (const auto& made : EveryFormat(1)) {
    if (made->length > 40) continue;
    writer->Write("cids", made->name, IssueOne(made->format.get(), {1, 2, 3, 0}));
  }
  const MaskingCipher cipher(MaskingCipher::kUsual);
  for (const uint8_t length : {8, 12, 16}) {
    auto format = SealedCidFormat::Make(&cipher, length);
    writer->Write("cids", absl::StrCat("masked_", length), IssueOne(&*format, {1, 2, 3, 0}));
  }
}

}  // namespace waybill
