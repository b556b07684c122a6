// A parsed CVSS vector. Private to the CVSS sources.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/cvss.h"

namespace bulkhead::model {

enum class CvssVersion : uint8_t { v2, v30, v31, v4 };

class CvssVector {
 public:
  static base::Result<CvssVector> parse(std::string_view text);

  CvssVersion version() const { return version_; }
  // The metric's value; the one that stands for "not defined" where it is not given. A view into the parsed text or a literal.
  std::string_view get(std::string_view metric) const;
  // The modified metric ("MAV") where it is defined, else the base metric ("AV").
  std::string_view modified(std::string_view metric) const;
  bool is(std::string_view metric, std::string_view value) const { return get(metric) == value; }
  // Whether any of the metrics is given with a defined value.
  bool any_defined(std::initializer_list<std::string_view> metrics) const;

 private:
  CvssVersion version_ = CvssVersion::v31;
  std::vector<std::pair<std::string_view, std::string_view>> values_;
};

CvssScores score_cvss2(const CvssVector& vector);
CvssScores score_cvss3(const CvssVector& vector);
CvssScores score_cvss4(const CvssVector& vector);

}  // namespace bulkhead::model
