// SPDX-License-Identifier: Apache-2.0
//
// The encryption of routable connection IDs (draft-ietf-quic-load-balancers, sections 5.4 and 5.5):
// one pass of AES-128 over 16 bytes, four over any other number of bytes.
#ifndef WAYBILL_CID_QUIC_LB_CIPHER_H_
#define WAYBILL_CID_QUIC_LB_CIPHER_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"

namespace waybill {

inline constexpr size_t kMaxQuicLbLength = 19;
// Server ID and nonce, in clear or encrypted, at the front.
using QuicLbBytes = std::array<uint8_t, kMaxQuicLbLength>;

// Encrypts or decrypts the first `length` bytes of each of `jobs`; 4 to kMaxQuicLbLength. The draft
// asks for 5 or more, which is what a server ID and a nonce have together.
void EncryptQuicLb(const BlockCipher& cipher, size_t length, absl::Span<QuicLbBytes> jobs);
void DecryptQuicLb(const BlockCipher& cipher, size_t length, absl::Span<QuicLbBytes> jobs);

// Decrypts only as much as a server ID of `server_id_length` bytes needs: where it is not longer
// than the nonce, three passes of the four. What is behind it is undefined.
void DecryptQuicLbServerId(const BlockCipher& cipher, size_t length, size_t server_id_length,
                           absl::Span<QuicLbBytes> jobs);

}  // namespace waybill

#endif  // WAYBILL_CID_QUIC_LB_CIPHER_H_
