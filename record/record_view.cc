// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/record_view.h"

namespace waybill {

std::string_view NameOf(RecordForm form) {
  switch (form) {
    case RecordForm::kDtlsPlaintext:
      return "dtls_plaintext";
    case RecordForm::kDtlsCiphertext:
      return "dtls_ciphertext";
    case RecordForm::kTls12Cid:
      return "tls12_cid";
    case RecordForm::kUnified:
      return "unified";
    case RecordForm::kExtended12:
      return "extended12";
    case RecordForm::kExtended13:
      return "extended13";
    case RecordForm::kOther:
      break;
  }
  return "other";
}

}  // namespace waybill
