// SPDX-License-Identifier: Apache-2.0
#ifndef WAYBILL_TESTS_CONSTANT_TIME_LIBRARIES_H_
#define WAYBILL_TESTS_CONSTANT_TIME_LIBRARIES_H_

namespace waybill {

// Whether mbedTLS is told of the AES instructions of this processor.
extern bool mbedtls_finds_aes_instructions;

}  // namespace waybill

#endif  // WAYBILL_TESTS_CONSTANT_TIME_LIBRARIES_H_
