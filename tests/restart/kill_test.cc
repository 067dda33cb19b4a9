// SPDX-License-Identifier: Apache-2.0
//
// A process that seals, saves its state and takes it up again is killed at ten thousand points. Its
// AEAD writes every key and nonce into a pipe before it uses them: none may come twice.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "waybill/protection/record_state.h"
#include "waybill/protection/test_association.h"

namespace waybill {
namespace {

constexpr int kKills = 5'000;  // of each version
constexpr AeadAlgorithm kAlgorithm = AeadAlgorithm::kAes128Gcm;

using KeyAndNonce = std::array<uint8_t, 16 + 12>;

// Two files, each replaced by rename(2). What a process has written is there when it was killed; a
// store that has to outlive a power failure calls fsync(2) as well.
class FileStore final : public StateStore {
 public:
  explicit FileStore(const std::string& folder) : folder_(folder) {}

  absl::Status WriteState(absl::Span<const uint8_t> state) override {
    return Replace("state", state.data(), state.size());
  }
  absl::StatusOr<size_t> ReadState(absl::Span<uint8_t> state) override {
    return Read("state", state.data(), state.size());
  }
  absl::Status WriteMark(uint64_t generation) override {
    return Replace("mark", &generation, sizeof(generation));
  }
  absl::StatusOr<uint64_t> ReadMark() override {
    uint64_t generation = 0;
    const absl::StatusOr<size_t> length = Read("mark", &generation, sizeof(generation));
    if (!length.ok()) return length.status();
    return *length == sizeof(generation) ? generation : 0;
  }

 private:
  absl::Status Replace(const std::string& name, const void* bytes, size_t size) const {
    const std::string path = folder_ + "/" + name, fresh = path + ".new";
    const int fd = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const bool written = fd >= 0 && write(fd, bytes, size) == static_cast<ssize_t>(size);
    if (fd >= 0) close(fd);
    return written && rename(fresh.c_str(), path.c_str()) == 0
               ? absl::OkStatus()
               : absl::ErrnoToStatus(errno, "cannot write " + path);
  }

  absl::StatusOr<size_t> Read(const std::string& name, void* bytes, size_t size) const {
    const int fd = open((folder_ + "/" + name).c_str(), O_RDONLY);
    if (fd < 0) return size_t{0};
    const ssize_t length = read(fd, bytes, size);
    close(fd);
    if (length < 0) return absl::ErrnoToStatus(errno, "cannot read " + name);
    return static_cast<size_t>(length);
  }

  const std::string folder_;
};

// Writes what it is about to use before it uses it.
class LoggingAead final : public Aead {
 public:
  LoggingAead(std::unique_ptr<Aead> aead, int log) : aead_(std::move(aead)), log_(log) {}

  AeadAlgorithm algorithm() const override { return aead_->algorithm(); }
  bool Seal(const AeadKey& key, const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<uint8_t> tag) override {
    KeyAndNonce used;
    std::copy_n(key.bytes().begin(), 16, used.begin());
    std::copy(nonce.begin(), nonce.end(), used.begin() + 16);
    if (write(log_, used.data(), used.size()) != static_cast<ssize_t>(used.size())) _exit(3);
    return aead_->Seal(key, nonce, additional_data, text, tag);
  }
  bool Open(const AeadKey& key, const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<const uint8_t> tag) override {
    return aead_->Open(key, nonce, additional_data, text, tag);
  }
  void Forget(const AeadKey& key) override { aead_->Forget(key); }

 private:
  const std::unique_ptr<Aead> aead_;
  const int log_;
};

// The process that is killed. Ends by itself only where something is wrong.
[[noreturn]] void SealUntilKilled(DtlsVersion version, const std::string& folder, int log,
                                  bool first_life) {
  LoggingAead aead(MakeTestAead(kAlgorithm), log);
  const RecordCipher cipher{&aead, &NumberMaskerFor(kAlgorithm)};
  FileStore store(folder);
  std::array<SendEpoch, 1> send;
  ReceiveEpochs<1> receive;
  SealerOptions sealing;
  sealing.version = version;
  OpenerOptions opening;
  opening.version = version;
  RecordSealer sealer(sealing, absl::MakeSpan(send));
  RecordOpener opener(&opening, receive);
  RecordStateKeeper keeper(&store, {/*send=*/9, /*receive=*/9}, &sealer, &opener);
  const absl::Status restored = keeper.Restore(absl::MakeConstSpan(&cipher, 1));
  if (absl::IsNotFound(restored) && first_life) {
    const TrafficKeys keys = MakeTestKeys(version, kAlgorithm, 1);
    if (!sealer.InstallEpoch(3, keys, &cipher).ok()) _exit(4);
    if (!opener.InstallEpoch(3, keys, &cipher).ok()) _exit(5);
    if (!keeper.Save().ok()) _exit(6);
  } else if (!restored.ok()) {
    _exit(7);
  }
  const Bytes content = {1, 2, 3};
  RecordToSeal record;
  record.content_type = 23;
  record.content = content;
  for (;;) {
    uint8_t datagram[200];
    ByteWriter writer{absl::MakeSpan(datagram)};
    const absl::Status sealed = sealer.Seal(record, &writer);
    if (absl::IsUnavailable(sealed)) {
      if (!keeper.Save().ok()) _exit(8);
    } else if (!sealed.ok()) {
      _exit(9);
    }
  }
}

class Kill : public testing::TestWithParam<DtlsVersion> {};

INSTANTIATE_TEST_SUITE_P(Versions, Kill,
                         testing::Values(DtlsVersion::kDtls12, DtlsVersion::kDtls13));

// BUG-41, BUG-21, BUG-45.
TEST_P(Kill, NoKeyAndNonceTwice) {
  std::string folder = testing::TempDir() + "/kill_XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  std::mt19937 random(static_cast<unsigned>(GetParam()) + 1);
  std::set<KeyAndNonce> used;
  size_t lives_that_sealed = 0;
  bool first_life = true;
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    int log[2];
    ASSERT_EQ(pipe(log), 0);
    // A page: the process cannot run far ahead of what was read.
    ASSERT_GE(fcntl(log[1], F_SETPIPE_SZ, 4096), 4096);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(log[0]);
      SealUntilKilled(GetParam(), folder, log[1], first_life);
    }
    close(log[1]);
    // Killed behind so many seals, or at once, wherever it is by then: at its beginning as well.
    size_t seals_to_see = random() % 4 == 0 ? 0 : random() % 40;
    if (seals_to_see == 0) {
      for (size_t spins = random() % 20'000; spins > 0; --spins) asm volatile("");
      kill(child, SIGKILL);
    }
    size_t seals = 0;
    KeyAndNonce pair;
    size_t filled = 0;
    ssize_t length;
    while ((length = read(log[0], pair.data() + filled, pair.size() - filled)) > 0) {
      filled += static_cast<size_t>(length);
      if (filled < pair.size()) continue;
      filled = 0;
      ++seals;
      ASSERT_TRUE(used.insert(pair).second)
          << "life " << kill_number << ": a key and nonce came twice";
      if (seals == seals_to_see) kill(child, SIGKILL);
    }
    close(log[0]);
    int status;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << "life " << kill_number << " ended by itself, status " << WEXITSTATUS(status);
    lives_that_sealed += seals != 0;
    // A process killed before it has saved for the first time leaves nothing to be taken up.
    first_life = first_life && used.empty();
  }
  std::printf("%d kills, %zu lives that sealed, %zu nonces, none twice\n", kKills,
              lives_that_sealed, used.size());
  EXPECT_GT(lives_that_sealed, kKills / 2u);
  EXPECT_GT(used.size(), 10u * kKills);
}

}  // namespace
}  // namespace waybill
