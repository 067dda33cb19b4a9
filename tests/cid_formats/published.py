# SPDX-License-Identifier: Apache-2.0
"""Connection IDs that others published, in hexadecimal."""

DRAFT_KEY = "8f95f09245765f80256934e50c66207f"

# Configuration, key, server ID, nonce, CID.
QUIC_LB = [
    # draft-ietf-quic-load-balancers, appendix B. Its second one in clear is left out: see MALFORMED.
    (0, "", "c4605e", "4504cc4f", "07c4605e4504cc4f"),
    (0, DRAFT_KEY, "ed793a", "ee080dbf", "0720b1d07b359d3c"),
    (1, DRAFT_KEY, "ed793a51d49b8f5fab65", "ee080dbf48", "2fcc381bc74cb4fbad2823a3d1f8fed2"),
    (2, DRAFT_KEY, "ed793a51d49b8f5f", "ee080dbf48c0d1e5", "504dd2d05a7b0de9b2b9907afb5ecf8cc3"),
    # Printed there with the configuration 3; but its first octet, 0x12, says 0, as google/quiche has it.
    (0, DRAFT_KEY, "ed793a51d49b8f5fab", "ee080dbf48c0d1e55d", "125779c9cc86beb3a3a4a3ca96fce4bfe0cdbc"),
    # The same draft, section 5.4.2.4: see EXAMPLE.
    (0, "fdf726a9893ec05c0632d3956680baf0", "31441a", "9c69c275", "0767947d29be054a"),
    # google/quiche, quiche/quic/load_balancer/load_balancer_encoder_test.cc.
    (0, "", "ed793a", "8049718a", "07ed793a8049718a"),
    (1, "", "ed793a51d49b8f5f", "8e9853fe93", "2ded793a51d49b8f5f8e9853fe93"),
]

# The second CID in clear of appendix B: an odd number of digits in its nonce, and a first octet that says no length.
MALFORMED = {"server_id": "350d28b420", "nonce": "3487d970b", "cid": "20a350d28b4203487d970b"}

# Section 5.4.2.4, step by step: the halves at first; then of each pass what the cipher is given, its output, and the half that results.
# The draft prints 0xb3e4357c for the 0xb334357c with which it goes on.
EXAMPLE = {
    "key": "fdf726a9893ec05c0632d3956680baf0",
    "plaintext": "31441a9c69c275",
    "halves": ("31441a90", "0c69c275"),
    "passes": [
        ("31441a90000000000000000000000701", "a255dd8cdacf01948d3a848c3c7fee23", "0e3c1ff9"),
        ("0e3c1ff9000000000000000000000702", "e5e452cb9e1bedb0b2bf830506bf4c4e", "d4a04850"),
        ("d4a04850000000000000000000000703", "b7821ab3024fed0913b6a04d18e3216f", "09be054a"),
        ("09be054a000000000000000000000704", "b334357cfdf81e3fafe180154eaf7378", "67947d20"),
    ],
    "ciphertext": "67947d29be054a",
}

# Section 5.4.2.2: what is expanded (length, pass, half), and the result. Section 5.4.2.3, step 2: what is split, and the halves.
EXPANDED = (6, 2, "aaba3c", "aaba3c00000000000000000000000602")
SPLIT = ("7040b81b55ccf3", "7040b810", "0b55ccf3")

# SipHash-2-4 under the key 00 01 … 0f of so many bytes 00 01 …: the paper's appendix A, and vectors.h of github.com/veorq/SipHash. All 64
# of vectors.h are in siphash.txt as `openssl mac` computes them.
SIPHASH = {
    0: "310e0edd47db6f72",
    1: "fd67dc93c539f874",
    2: "5a4fa9d909806c0d",
    3: "2d7efbd796666785",
    15: "e545be4961ca29a1",
}
