#include "sim/run/ranks.hpp"

namespace tranche {

const Ranks& alone() {
  static const Ranks this_process;
  return this_process;
}

}  // namespace tranche
