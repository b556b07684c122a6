#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "advisory/internal/vex_table.h"
#include "advisory/vex.h"

namespace bulkhead::advisory {
namespace {

using sqlite::Connection;
using sqlite::Statement;

// Every text once, numbered from 1 in their order; 0 is the empty text.
class Texts {
 public:
  void add(std::string_view text) {
    if (!text.empty()) {
      texts_.push_back(text);
    }
  }
  void finish() {
    std::sort(texts_.begin(), texts_.end());
    texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
  }
  int64_t id(std::string_view text) const {
    return text.empty() ? 0 : std::lower_bound(texts_.begin(), texts_.end(), text) - texts_.begin() + 1;
  }
  const std::vector<std::string_view>& all() const { return texts_; }

 private:
  std::vector<std::string_view> texts_;  // of the content
};

using Document = std::tuple<int64_t, std::string_view, std::string_view, std::string_view>;  // feed, document, author, date

}  // namespace

base::Status write_vex(Connection& db, const Content& content) {
  Texts texts;
  std::vector<Document> documents;
  struct Place {
    std::string identity;
    const VexRow* row;
    Document document;
  };
  std::vector<Place> places;
  std::unordered_map<std::string_view, std::string> identities;
  int64_t feed = 0;
  for (const auto& [key, c] : content) {
    ++feed;
    for (const VexRow& row : c.vex) {
      for (const std::string* text : {&row.flaws, &row.product, &row.subcomponent, &row.justification, &row.words, &row.document, &row.author}) {
        texts.add(*text);
      }
      const Document document{feed, row.document, row.author, row.date};
      if (documents.empty() || documents.back() != document) {
        documents.push_back(document);
      }
      const std::string_view subject = row.subcomponent.empty() ? row.product : row.subcomponent;
      const auto [at, fresh] = identities.try_emplace(subject);
      if (fresh) {
        at->second = vex_identity(subject);
      }
      places.push_back({at->second, &row, document});
    }
  }
  texts.finish();
  std::sort(documents.begin(), documents.end());
  documents.erase(std::unique(documents.begin(), documents.end()), documents.end());
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.identity, a.document, *a.row) < std::tie(b.identity, b.document, *b.row);
  });

  BULKHEAD_TRY(Statement text, db.prepare("INSERT INTO vex_text VALUES(?,?)"));
  int64_t id = 0;
  for (const std::string_view t : texts.all()) {
    text.bind(1, ++id).bind(2, t);
    BULKHEAD_CHECK(text.run());
  }
  BULKHEAD_TRY(Statement document, db.prepare("INSERT INTO vex_document VALUES(?,?,?,?,?)"));
  id = 0;
  for (const auto& [of, name, author, date] : documents) {
    document.bind(1, ++id).bind(2, of).bind(3, texts.id(name)).bind(4, texts.id(author)).bind(5, date);
    BULKHEAD_CHECK(document.run());
  }
  BULKHEAD_TRY(Statement insert, db.prepare("INSERT INTO vex VALUES(?,?,?,?,?,?,?,?,?)"));
  int64_t number = 0;
  std::string_view last;
  for (const Place& p : places) {
    number = p.identity == last ? number + 1 : 1;
    last = p.identity;
    const VexRow& row = *p.row;
    const auto at = std::lower_bound(documents.begin(), documents.end(), p.document);
    const VexStatus status = vex_status(row.status).value_or(VexStatus::under_investigation);
    insert.bind(1, p.identity).bind(2, number).bind(3, texts.id(row.flaws)).bind(4, texts.id(row.product));
    insert.bind(5, texts.id(row.subcomponent)).bind(6, static_cast<int64_t>(status)).bind(7, texts.id(row.justification));
    insert.bind(8, texts.id(row.words)).bind(9, static_cast<int64_t>(at - documents.begin() + 1));
    BULKHEAD_CHECK(insert.run());
  }
  return {};
}

base::Status read_vex(Connection& db, const std::function<void(int64_t, VexRow)>& each) {
  std::vector<std::string> texts(1);
  BULKHEAD_TRY(Statement text, db.prepare("SELECT text FROM vex_text ORDER BY id"));
  for (;;) {
    BULKHEAD_TRY(const bool row, text.step());
    if (!row) {
      break;
    }
    texts.emplace_back(text.text(0));
  }
  const auto word = [&](int64_t id) -> const std::string& {
    return texts[id > 0 && static_cast<size_t>(id) < texts.size() ? static_cast<size_t>(id) : 0];
  };
  BULKHEAD_TRY(Statement s,
               db.prepare("SELECT d.feed,v.flaws,v.product,v.subcomponent,v.status,v.justification,v.words,d.document,d.author,d.date "
                          "FROM vex v JOIN vex_document d ON d.id=v.document"));
  for (;;) {
    BULKHEAD_TRY(const bool row, s.step());
    if (!row) {
      return {};
    }
    VexRow out;
    out.flaws = word(s.integer(1));
    out.product = word(s.integer(2));
    out.subcomponent = word(s.integer(3));
    const int64_t status = s.integer(4);
    out.status = vex_status_name(status >= 0 && status <= 3 ? static_cast<VexStatus>(status) : VexStatus::under_investigation);
    out.justification = word(s.integer(5));
    out.words = word(s.integer(6));
    out.document = word(s.integer(7));
    out.author = word(s.integer(8));
    out.date = s.text(9);
    each(s.integer(0), std::move(out));
  }
}

}  // namespace bulkhead::advisory
