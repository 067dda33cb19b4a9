// SPDX-License-Identifier: Apache-2.0
//
// A dissected record as a line, for people or as JSON.
#ifndef WAYBILL_TOOLS_RECORD_PRINTER_H_
#define WAYBILL_TOOLS_RECORD_PRINTER_H_

#include <string>

#include "waybill/tools/direction.h"
#include "waybill/tools/dissector.h"

namespace waybill {

// What both kinds of lines say of a record, where it is not simply in the view: the name of its
// protocol as the tool prints it.
std::string_view ProtocolName(const DissectedRecord& record);

// Appends lines to a buffer of the caller's, which must outlive it. One thread at a time.
class RecordPrinter {
 public:
  explicit RecordPrinter(std::string* out) : out_(out) {}

  // Columns: frame.record, addresses, form or protocol, content type, epoch and sequence number,
  // connection ID, length, what is wrong.
  void PrintText(const DissectedRecord& record);
  // One object with the fields that `waybill dissect --help` names.
  void PrintJson(const DissectedRecord& record);

 private:
  void PrintAddresses(const DissectedRecord& record);

  std::string* out_;
  // Addresses change more rarely than records.
  FlowDirection direction_;
  std::string source_, destination_;
  bool has_direction_ = false;
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_RECORD_PRINTER_H_
