#include "report/terminal.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"

namespace bulkhead::report {
namespace {

const char* code_of(Tone tone) {
  switch (tone) {
    case Tone::plain: return "";
    case Tone::strong: return "\x1b[1m";
    case Tone::faint: return "\x1b[2m";
    case Tone::bad: return "\x1b[31;1m";
    case Tone::warn: return "\x1b[33m";
    case Tone::good: return "\x1b[32m";
  }
  return "";
}

std::string paint(std::string text, Tone tone, const TerminalStyle& style) {
  return style.color && tone != Tone::plain ? code_of(tone) + std::move(text) + "\x1b[0m" : std::move(text);
}

// Bytes of the character that starts at `at`.
size_t character_length(std::string_view text, size_t at) {
  size_t length = 1;
  while (at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80) {
    ++length;
  }
  return length;
}

}  // namespace

std::string tinted(std::string_view text, Tone tone, const TerminalStyle& style) { return paint(base::escape_terminal(text), tone, style); }

std::string fitted(std::string_view escaped, size_t width) {
  if (base::display_width(escaped) <= width) {
    return std::string(escaped);
  }
  if (width == 0) {
    return {};
  }
  std::string out;
  size_t used = 0;
  for (size_t at = 0; at < escaped.size();) {
    const size_t length = character_length(escaped, at);
    const size_t columns = base::display_width(escaped.substr(at, length));
    if (used + columns > width - 1) {
      break;
    }
    out += escaped.substr(at, length);
    used += columns;
    at += length;
  }
  return out + "…";
}

std::string wrapped(std::string_view escaped, size_t width, size_t indent) {
  std::string out;
  size_t used = 0;
  for (const std::string_view word : base::split(escaped, ' ')) {
    const size_t columns = base::display_width(word);
    if (used > 0 && used + 1 + columns > width) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
    } else if (used > 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += columns;
  }
  return out;
}

std::vector<std::string> folded(std::string_view escaped, size_t width, size_t most) {
  std::vector<std::string> lines;
  while (lines.size() + 1 < most && base::display_width(escaped) > width) {
    size_t end = 0, seam = 0;  // of what fits; the last place in it where a reader would break
    for (size_t used = 0; end < escaped.size();) {
      const size_t length = character_length(escaped, end);
      used += base::display_width(escaped.substr(end, length));
      if (escaped[end] == ' ') {
        seam = end;
      }
      if (used > width) {
        break;
      }
      end += length;
      if (std::string_view("/:,").contains(escaped[end - 1])) {
        seam = end;
      }
    }
    const size_t cut = 2 * seam >= width ? seam : std::max(end, character_length(escaped, 0));
    lines.emplace_back(base::trim(escaped.substr(0, cut)));
    escaped.remove_prefix(std::min(escaped.size(), cut));
    escaped.remove_prefix(std::min(escaped.size(), escaped.find_first_not_of(' ')));
  }
  lines.push_back(fitted(escaped, width));
  return lines;
}

std::string bar(double share, size_t width) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double clamped = std::clamp(share, 0.0, 1.0);
  auto eighths = static_cast<size_t>(std::lround(clamped * static_cast<double>(width) * 8));
  if (clamped > 0 && eighths == 0) {
    eighths = 1;  // something is never shown as nothing
  }
  std::string out;
  for (; eighths >= 8; eighths -= 8) {
    out += "█";
  }
  return out + kEighths[eighths];
}

std::vector<size_t> Table::widths_of(const std::vector<std::vector<std::string>>& texts, const TerminalStyle& style, size_t indent) const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) {
    widths.push_back(base::display_width(column.title));
  }
  for (const auto& line : texts) {
    for (size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], base::display_width(line[i]));
    }
  }
  // Take what is too much from the widest column that may shrink, down to 12 columns each.
  constexpr size_t kLeast = 12;
  size_t total = std::accumulate(widths.begin(), widths.end(), 2 * (columns_.size() - 1) + indent);
  for (; total > style.width; --total) {
    size_t* widest = nullptr;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (columns_[i].shrinks && widths[i] > kLeast && (widest == nullptr || widths[i] > *widest)) {
        widest = &widths[i];
      }
    }
    if (widest == nullptr) {
      break;
    }
    --*widest;
  }
  return widths;
}

std::string Table::render(const TerminalStyle& style, size_t indent) const {
  const size_t count = columns_.size();
  std::vector<std::vector<std::string>> texts;
  for (const auto& row : rows_) {
    std::vector<std::string>& line = texts.emplace_back(count);
    for (size_t i = 0; i < std::min(count, row.size()); ++i) {
      line[i] = base::escape_terminal(row[i].text);
    }
  }
  const std::vector<size_t> widths = widths_of(texts, style, indent);
  std::string out;
  const auto put_line = [&](const std::vector<std::string>& line, const std::vector<Cell>* row, Tone all) {
    std::vector<std::vector<std::string>> cells;
    size_t height = 1;
    for (size_t i = 0; i < count; ++i) {
      cells.push_back(folded(line[i], widths[i], columns_[i].lines));
      height = std::max(height, cells[i].size());
    }
    for (size_t level = 0; level < height; ++level) {
      std::string text(indent, ' ');
      for (size_t i = 0; i < count; ++i) {
        const std::string cell = level < cells[i].size() ? cells[i][level] : "";
        const Tone tone = row != nullptr && i < row->size() ? (*row)[i].tone : all;
        const std::string painted = cell.empty() ? "" : paint(cell, tone, style);
        const std::string blanks(widths[i] - std::min(widths[i], base::display_width(cell)), ' ');
        text += columns_[i].right ? blanks + painted : painted + (i + 1 == count ? "" : blanks);
        text += i + 1 == count ? "" : "  ";
      }
      while (!text.empty() && text.back() == ' ') {
        text.pop_back();
      }
      out += text + "\n";
    }
  };
  if (std::any_of(columns_.begin(), columns_.end(), [](const Column& column) { return !column.title.empty(); })) {
    std::vector<std::string> titles;
    for (const Column& column : columns_) {
      titles.push_back(column.title);
    }
    put_line(titles, nullptr, Tone::strong);
  }
  for (size_t i = 0; i < rows_.size(); ++i) {
    put_line(texts[i], &rows_[i], Tone::plain);
  }
  return out;
}

}  // namespace bulkhead::report
