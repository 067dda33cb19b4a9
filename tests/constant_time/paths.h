// SPDX-License-Identifier: Apache-2.0
//
// What is done with secrets, path by path. Each throws where it does not come to the right result.
#ifndef WAYBILL_TESTS_CONSTANT_TIME_PATHS_H_
#define WAYBILL_TESTS_CONSTANT_TIME_PATHS_H_

#include <functional>
#include <string>
#include <vector>

namespace waybill {

struct Path {
  std::string name;
  std::function<void()> run;
  bool leaks = false;  // takes a time that depends on secrets, and is known for it
};

// The masks of record numbers, and the numbers that come of them.
void AddNumberPaths(std::vector<Path>* paths);
// Sealing and opening by each AEAD.
void AddAeadPaths(std::vector<Path>* paths);
// Records sealed and opened, with each AEAD.
void AddRecordPaths(std::vector<Path>* paths);
// The state of an association, saved and restored.
void AddStatePaths(std::vector<Path>* paths);
// What cid/ is given, blocks and cookies, and the CIDs that it makes.
void AddCidPaths(std::vector<Path>* paths);

}  // namespace waybill

#endif  // WAYBILL_TESTS_CONSTANT_TIME_PATHS_H_
