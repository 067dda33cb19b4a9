// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/additional_data.h"

#include "waybill/record/first_byte.h"

namespace waybill {
namespace {

constexpr size_t kPlaceholderLength = 8;
// In the place of RFC 6347's content type and of RFC 9146's 25, and equal to neither (EXT-14).
constexpr uint8_t kExtendedPlaceholder = 0xff;

// The fields that all forms of DTLS 1.2 begin with, as received.
struct Fields12 {
  absl::Span<const uint8_t> type;
  absl::Span<const uint8_t> version;
  absl::Span<const uint8_t> epoch_and_sequence;
};

}  // namespace

bool WriteAdditionalData12(const RecordView& view, absl::Span<const uint8_t> datagram,
                           ExtensionProfile profile, uint16_t length, ByteWriter* writer) {
  const absl::Span<const uint8_t> header = view.header().In(datagram);
  if (header.size() < 13 || view.unified()) return false;
  const Fields12 fields{header.subspan(0, 1), header.subspan(1, 2), header.subspan(3, 8)};
  const absl::Span<const uint8_t> cid = view.cid.In(datagram);
  const absl::Span<const uint8_t> chain = view.extensions.In(datagram);

  if (view.form == RecordForm::kTls12Cid) {
    return writer->WriteRepeated(0xff, kPlaceholderLength) &&  //
           writer->WriteU8(kTls12CidType) &&                   //
           writer->WriteU8(cid.size()) &&                      //
           writer->WriteBytes(fields.type) &&                  //
           writer->WriteBytes(fields.version) &&               //
           writer->WriteBytes(fields.epoch_and_sequence) &&    //
           writer->WriteBytes(cid) &&                          //
           writer->WriteU16(length);
  }
  if (view.form == RecordForm::kExtended12 && profile == ExtensionProfile::kAuthenticated) {
    return writer->WriteRepeated(0xff, kPlaceholderLength) &&  //
           writer->WriteU8(kExtendedPlaceholder) &&            //
           writer->WriteU16(chain.size()) &&                   //
           writer->WriteBytes(fields.type) &&                  //
           writer->WriteBytes(fields.version) &&               //
           writer->WriteBytes(fields.epoch_and_sequence) &&    //
           writer->WriteBytes(chain) &&                        //
           writer->WriteU16(length);
  }
  return writer->WriteBytes(fields.epoch_and_sequence) &&  //
         writer->WriteBytes(fields.type) &&                //
         writer->WriteBytes(fields.version) &&             //
         writer->WriteU16(length);
}

absl::Span<const uint8_t> AdditionalData13(const RecordView& view,
                                           absl::Span<const uint8_t> datagram) {
  return view.unified() ? view.header().In(datagram) : absl::Span<const uint8_t>();
}

}  // namespace waybill
