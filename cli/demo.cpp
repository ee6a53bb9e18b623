#include "cli/command.h"
namespace ganvas { int run_demo(const std::vector<std::string>&) { return 1; } }
