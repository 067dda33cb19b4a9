// SPDX-License-Identifier: Apache-2.0
//
// How far long work is, for people who look at a terminal.
#ifndef WAYBILL_TOOLS_PROGRESS_H_
#define WAYBILL_TOOLS_PROGRESS_H_

#include <string_view>

namespace waybill {

// One line on standard error that is written over, and wiped when the work ends. Silent where
// standard error is no terminal, or where `quiet`.
class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress() { Wipe(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  bool shown() const { return shown_; }
  // Replaces the line.
  void Show(std::string_view text);
  // Takes the line away, before something else is printed.
  void Wipe();

 private:
  bool shown_;
  bool on_screen_ = false;
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_PROGRESS_H_
