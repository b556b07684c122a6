// How urgent a finding is without a cluster: a score, and CISA's decision, each with all that went into it. docs/priority.md.
#pragma once

#include <string>

namespace bulkhead::model {

// score = 100 × chance × harm × effect × evidence × standing, rounded to a hundredth; every factor lies in 0…1.
struct Priority {
  double score = 0;
  double chance = 0;      // that an exploit is in hand within the horizon
  std::string chance_by;  // the coefficient that gave it: "exploit.kev"
  double harm = 0;        // CVSS base score / 10, or what stands for the severity's word
  double effect = 0;      // of what an attacker gains
  double evidence = 0;    // of how surely the component is there
  double standing = 1;    // 0 decided; small where no code runs; less than 1 where it is unknown whether the flaw applies
};

// CISA's SSVC tree. An input that nobody knows is taken at its worst, and `assumed` names it.
struct Ssvc {
  std::string exploitation;       // none | poc | active
  std::string automatable;        // yes | no
  std::string technical_impact;   // partial | total
  std::string mission_wellbeing;  // low | medium | high: the user's word
  std::string decision;           // track | track* | attend | act
  std::string basis;              // "CISA 2024-10-21", "CVSS", "assumed: automatable"
};

}  // namespace bulkhead::model
