# SPDX-License-Identifier: Apache-2.0
"""What others published or sent, as facts: each list says where from."""

# https://www.ietf.org/mail-archive/web/tls/current/msg03416.html: test vectors for the PRF of TLS 1.2.
PRF12 = [
    {
        "hash": "sha256",
        "secret": "9bbe436ba940f017b17652849a71db35",
        "label": "test label",
        "seed": "a0ba9f936cda311827a6f796ffd5198c",
        "output": "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17"
                  "abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66",
    },
    {
        "hash": "sha384",
        "secret": "b80b733d6ceefcdc71566ea48e5567df",
        "label": "test label",
        "seed": "cd665cf6a8447dd6ff8b27555edb7465",
        "output": "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c9146a0e534cb400fed2700"
                  "884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a2"
                  "6066f2eea9a69236a3e52655c9e9aee691c8f3a26854308d5eaa3be85e0990703d73e56f",
    },
]

# RFC 9001, appendix A: secret, label under the prefix "tls13 ", output.
HKDF_LABELS = [
    ("7db5df06e7a69e432496adedb00851923595221596ae2ae9fb8115c1e9ed0a44", "client in",
     "c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea"),
    ("7db5df06e7a69e432496adedb00851923595221596ae2ae9fb8115c1e9ed0a44", "server in",
     "3c199828fd139efd216c155ad844cc81fb82fa8d7446fa7d78be803acdda951b"),
    ("c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea", "quic key", "1f369613dd76d5467730efcbe3b1a22d"),
    ("c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea", "quic iv", "fa044b2f42a3fd3b46fb255c"),
    ("c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea", "quic hp", "9f50449e04a0e810283a1e9933adedd2"),
    ("9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b", "quic key",
     "c6d98ff3441c3fe1b2182094f69caa2ed4b716b65488960a7a984979fb23e1c8"),
    ("9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b", "quic ku",
     "1223504755036d556342ee9361d253421a826c9ecdf3c7148684b36b714881f9"),
]

# AEAD, key, sample, the first five bytes of the mask.
MASKS = [
    # RFC 9001, appendices A.2, A.3 and A.5.
    ("aes_128_gcm", "9f50449e04a0e810283a1e9933adedd2", "d1b1c98dd7689fb8ec11d242b123dc9b", "437b9aec36"),
    ("aes_128_gcm", "c206b8d9b9f0f37644430b490eeaa314", "2cd0991cd25b0aac406a5816b6394100", "2ec0d8356a"),
    ("chacha20_poly1305", "25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4", "5e5cd55c41f69080575d7999c25a5bfb",
     "aefefe7d03"),
    # RFC 8439, section 2.3.2: counter 1, which comes first, with its lowest byte first.
    ("chacha20_poly1305", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "01000000000000090000004a00000000",
     "10f1e7e4d1"),
]

# AEAD, key, nonce, additional data, plaintext, ciphertext with its tag.
SEALED = [
    # RFC 9001, appendix A.5.
    ("chacha20_poly1305", "c6d98ff3441c3fe1b2182094f69caa2ed4b716b65488960a7a984979fb23e1c8", "e0459b3474bdd0e46d417eb0", "4200bff4", "01",
     "655e5cd55c41f69080575d7999c25a5bfb"),
    # Wycheproof, testvectors/aes_ccm_test.json, test 12.
    ("aes_128_ccm", "d97c9b043bdccfd59491a995e78f1696", "ef423240358830df915506a3", "3ddba7b3ab69c8b2", "f047594a5cffda64303a80b2fa6a957169",
     "e0caf2a9d50f70ecaa43b4a287c3b34a99cff4c61882b413b686ff35b63a3a73de"),
    # NIST SP 800-38C, example 3.
    ("aes_128_ccm_8", "404142434445464748494a4b4c4d4e4f", "101112131415161718191a1b", "000102030405060708090a0b0c0d0e0f10111213",
     "202122232425262728292a2b2c2d2e2f3031323334353637", "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951"),
]

# What follows is of pion/dtls at 66a28794 (MIT). pkg/crypto/ciphersuite/ciphersuite_test.go:
ADDITIONAL_DATA12_CID = {
    "epoch": 2,
    "sequence": 277,
    "cid": "0102030405060708",
    "length": 1784,
    "additional_data": "ffffffffffffffff190819fefd0002000000000115010203040506070806f8",
}

# pkg/protocol/recordlayer/header_13_test.go: epoch, number, CID, length, header.
UNIFIED_HEADERS = [
    (3, "aabb", "", 42, "2faabb002a"),
    (0, "42", "", None, "2042"),
    (0, "aa", "01020304", None, "3001020304aa"),
]

# internal/ciphersuite/tls_13_record_protection_test.go: records of application data, without padding, of epoch 3 and number
# 0x0001020304050607 under the CID cafebabe, from the client's secret. `sealed` is the ciphertext before its header is masked.
SEQUENCE13 = 0x0001020304050607
CID13 = "cafebabe"
RECORDS13 = [
    {
        "aead": "aes_128_gcm",
        "client_secret": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "server_secret": "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
        "client": {"key": "cc95abc258d309424ddbf7cba68bd77e", "iv": "6d3299305dd209fc865cf8f1", "sn": "c5b1a0649ea4fdafbe7e256665068222"},
        "server": {"key": "18e38156d5a877f3114a359c90cf6b1c", "iv": "0fc4773203e01ccd271e629b", "sn": "65a419e0a1eda1c3850853fa556adee4"},
        "nonce": "6d3299305dd30bff8259fef6",
        "additional_data": "3fcafebabe0607002a",
        "plaintext": b"dtls13 aes-128-gcm vector",
        "mask": "adc05ac9d6",
        "record": "3fcafebabeabc7002a82bacfceae1035329372dbcbdce0240faf434e68077fb4df25edc71ddd89db18b510ccd2518b77499d7e",
    },
    {
        "aead": "aes_256_gcm",
        "client_secret": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f",
        "server_secret": "303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f",
        "client": {"key": "d6732c55efc102933ffe3af6922bdb7fe44d18f2b7307173758bfeb457a6f9bb", "iv": "8ae6b315daa064c6dfa5f10a",
                   "sn": "fc6f78156052e019518fb3ea0d77c796ca2da8796cc26b8e42c5b5395a72af1d"},
        "server": {"key": "7c523cc53469c11fd6ca9acb78a0bf2bbe34f7779dca7ab75eb6fd7d2dc0d667", "iv": "52c85dfce33da09b62295ad7",
                   "sn": "9a7ed1d037e961ad1ee02fde1315f29ebfd2fc8f3c823726064b93f0e9964569"},
        "nonce": "8ae6b315daa166c5dba0f70d",
        "additional_data": "3fcafebabe0607002a",
        "plaintext": b"dtls13 aes-256-gcm vector",
        "mask": "cdefbbfbc4",
        "record": "3fcafebabecbe8002a799936beea392e94f73b56ad19e96f5ff607481e8abf5aa6895414e222eea46b4e2385ac65b6fc516ede",
    },
    {
        "aead": "chacha20_poly1305",
        "client_secret": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "server_secret": "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
        "client": {"key": "fa36130205a96cbeb292e37361db797a5292833e60912c992462e04b0eba0ecd", "iv": "6d3299305dd209fc865cf8f1",
                   "sn": "534890654f2b1ca72683f148cdbae6a98ffeaaad7e23fc9e693486e2a92b6892"},
        "server": {"key": "764d73625579da13dbf400345a3a28f64e1fd7d755ec9b6e1f7ade12c2b7b735", "iv": "0fc4773203e01ccd271e629b",
                   "sn": "93360cb9d6b073a87e187ca4398acb6adf02f76aa7f485b76e18e07eba60d867"},
        "nonce": "6d3299305dd30bff8259fef6",
        "additional_data": "3fcafebabe06070030",
        "plaintext": b"dtls13 chacha20-poly1305 vector",
        "mask": "2e70bc45d4",
        "record": "3fcafebabe2877003069f043b34d3e3b856ce115bab907b93c384fe7d6375a38b00d864a1562eedd91f386a79a681d216cd5ff74d73b419b97",
    },
]

# What real stacks sent, with the secrets of their key logs; recorded as traffic/captures is. All carry application data.
SENT12 = [
    {
        "stack": "mbedTLS 3.6.6",
        "aead": "aes_128_ccm_8",
        "master_secret": "56ee58fed0456c12dfae87f9a9c0cc7614a884c2088236611194a603261689f1b9ecdb91dc000effde21a9dbf354d0de",
        "client_random": "6b0510c9270bfd58b8b1aa5f44b86e3459fe91214a4466f7ea58cca1f8f6ea5b",
        "server_random": "6b0510c9d70b7174ae87c386e34b49279a5e80d5bde4d74eafe5adafd6742b41",
        "sender": "client",
        "cid_length": 8,
        "record": "19fefd00010000000000035e7000000000000100200001000000000003f98dce917646bf90d79ef75c778b81a223ad17a9b86fb45e",
        "content": b"client 3; clien",
        "padding": 0,
    },
    {
        "stack": "mbedTLS 3.6.6",
        "aead": "aes_128_gcm",
        "master_secret": "89d99e20cfe98cce6694ac42357d4ea2027ce60ac80c600306fc63d7cfed3c086376fb139db7be404f91f9aae400c284",
        "client_random": "6b0510ca528f3f849f436af9eaeb8d83e159bb69016159d5dc54ad34d2862abf",
        "server_random": "6b0510ca7a986061d39f1bcc9e3930ac15b48be524d20a974562f22ee0c0517e",
        "sender": "server",
        "cid_length": 16,
        "record": "19fefd0001000000000004c11e00000000000000000000000000020038000100000000000495893d06a5156ef1a5d68ea9aae247fb37689e45"
                  "2c76a1db7385d70206ed47a1391fc4fe2ddf29dd36e79075da596e23",
        "content": b"server 4; server ",
        "padding": 14,
    },
    {
        "stack": "mbedTLS 3.6.6",
        "aead": "chacha20_poly1305",
        "master_secret": "4c4505fdc8332843465a4f2946741e7198c08036a543eb7642a4054067b6140d936114af81d2146aedb9f7ac28360e0e",
        "client_random": "6b0510ccb24b6c5f860b831fb04932328dc65db4613e6610d8d66a5197a128fc",
        "server_random": "6b0510cc1d2756c78fa90f4e712dc9ae170b12cf7c5f38397b69d994bb9ab057",
        "sender": "client",
        "cid_length": 8,
        "record": "19fefd00010000000000015e7000000000000700307cefa19ca19fc9eed97dbb7052e186884b8752e08289f6ef97bb04f2badf63f6ac86449"
                  "6fa477a515b4f34222216cfe6",
        "content": b"client 1; client 1; ",
        "padding": 11,
    },
    {
        # Its nonces are not its numbers.
        "stack": "OpenSSL 3.0.22",
        "aead": "aes_128_gcm",
        "master_secret": "9b9cefd6f9e7188229ff3a4e8e3944dc9c1c24a5f6593c68137c7c50d8f52c4b9420cc41b1b301ced150ad85139e6500",
        "client_random": "e23bd8067fd05ccba8b3bf5f065d7139aa2687a96a2b82ed4517db4c46cc3278",
        "server_random": "baca2512c70591dc063d7cfd9ea40ef83ddeacb115f650cc271788acb03b4aae",
        "sender": "client",
        "cid_length": 0,
        "record": "17fefd00010000000000030027b43159d73df6ad315fc0c318594fac1493b831b784d922f3f28ac7f59c40ada2b6c222de3b252d",
        "content": b"client 3; clien",
        "padding": 0,
    },
]
SENT13 = [
    {
        "stack": "wolfSSL 5.7.2",
        "aead": "chacha20_poly1305",
        "secret": "44130b57c5599c0e3c9149a23256218108495dd2cdb87c74ef441e356512aceb",
        "epoch": 3,
        "sequence": 2,
        "cid_length": 7,
        "record": "3f5e70000000001246a5002032fbe95b505477b5c3d3a3bfa49fc9480cb4c36afb1e79e6d582ee5212028a43",
        "content": b"client 3; clien",
    },
    {
        "stack": "wolfSSL 5.7.2",
        "aead": "aes_128_gcm",
        "secret": "3ec66e5cb9bb6a357672560d53e78a8f152b96690b4e6369b1b07767a1ddff3f",
        "epoch": 3,
        "sequence": 0,
        "cid_length": 0,
        "record": "2f822c0025610978565c695bd14b7d6b0a4670c9310db46ffb08a08867e105bc1cc1171869b7b00035af",
        "content": b"client 1; client 1; ",
    },
    {
        # The secret is that of epoch 3.
        "stack": "wolfSSL 5.7.2",
        "aead": "aes_128_gcm",
        "secret": "c523d7e993220f92438aee1853ed1ee61d3c2637c3b4efdd135f17b55dde3f68",
        "epoch": 4,
        "sequence": 2,
        "cid_length": 15,
        "record": "3c5e70000000000000000000000000136ac800229c08eae417cb424db967f7c90b819717cad9bc2fd53ece8ffb8baf6f518833b6ce55",
        "content": b"client 7; client ",
    },
]
