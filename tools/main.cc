// SPDX-License-Identifier: Apache-2.0
//
// The `waybill` command: a list of its subcommands.
#include <CLI/CLI.hpp>

#include "waybill/tools/cid_command.h"
#include "waybill/tools/command.h"
#include "waybill/tools/compare_command.h"
#include "waybill/tools/dissect_command.h"

int main(int argc, char** argv) {
  CLI::App app("Waybill reads DTLS record headers and connection IDs, and compares header designs.",
               "waybill");
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  waybill dissect --json FILE.pcap\n"
      "  waybill compare --json\n"
      "  waybill cid issue --format random --length 8\n\n"
      "`waybill COMMAND --help` says more.\n"
      "Exit status: 0 done, 1 an input could not be read, 2 wrong usage.");
  int exit_status = waybill::kDone;
  waybill::AddDissectCommand(&app, &exit_status);
  waybill::AddCompareCommand(&app, &exit_status);
  waybill::AddCidCommand(&app, &exit_status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? waybill::kDone : waybill::kWrongUsage;
  }
  return exit_status;
}
