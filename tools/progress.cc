// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/progress.h"

#include <unistd.h>

#include <cstdio>

namespace waybill {

Progress::Progress(bool quiet) : shown_(!quiet && isatty(STDERR_FILENO) != 0) {}

void Progress::Show(std::string_view text) {
  if (!shown_) return;
  std::fprintf(stderr, "\r\033[K%.*s", static_cast<int>(text.size()), text.data());
  std::fflush(stderr);
  on_screen_ = true;
}

void Progress::Wipe() {
  if (!on_screen_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  on_screen_ = false;
}

}  // namespace waybill
