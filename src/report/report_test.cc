#include <gtest/gtest.h>

#include "base/text.h"
#include "report/scan_report.h"
#include "report/terminal.h"
#include "report/words.h"

namespace bulkhead::report {
namespace {

TEST(Table, FitsTheWidthByShrinkingOnlyWhatMay) {
  Table table({{"name", false, true}, {"count", true, false}});
  table.add({{"a-name-that-is-much-too-long-for-the-terminal"}, {"12345"}});
  TerminalStyle style;
  style.width = 30;
  const std::string text = table.render(style);
  for (const std::string_view line : base::split(base::trim(text), '\n')) {
    EXPECT_LE(base::display_width(line), 30U) << line;
  }
  EXPECT_NE(text.find("…"), std::string::npos);
  EXPECT_NE(text.find("12345"), std::string::npos);
}

TEST(Table, GoesOnBelowWhereAColumnMay) {
  Table table({{"", true}, {"do", false, true, 3}, {"when"}});
  table.add({{"1"}, {"rebuild registry.example/shop/api: log4j-core 2.14.1 to 2.17.1"}, {"14 days"}});
  table.add({{"2"}, {"short"}, {"1 day"}});
  TerminalStyle style;
  style.width = 36;
  EXPECT_EQ(table.render(style),
            "   do                        when\n"
            "1  rebuild registry.example  14 days\n"
            "   /shop/api: log4j-core\n"
            "   2.14.1 to 2.17.1\n"
            "2  short                     1 day\n");
}

TEST(Table, NeverLetsACellSpeakToTheTerminal) {
  Table table({{"", false, true}});
  table.add({{"evil\x1b]0;title\x07\nnext"}});
  TerminalStyle style;
  style.color = true;
  EXPECT_EQ(table.render(style), "evil\\x1b]0;title\\x07\\x0anext\n");
}

TEST(Bar, ShowsSomethingForSomething) {
  EXPECT_EQ(bar(0, 8), "");
  EXPECT_EQ(bar(0.0001, 8), "▏");
  EXPECT_EQ(bar(1, 4), "████");
  EXPECT_EQ(bar(7, 4), "████");
}

TEST(Words, FoldsAndSaysWhereItStopped) {
  EXPECT_EQ(folded("one two three four", 9, 2), (std::vector<std::string>{"one two", "three fo…"}));
  EXPECT_EQ(folded("abcdefghij", 4, 9), (std::vector<std::string>{"abcd", "efgh", "ij"}));
  EXPECT_EQ(folded("", 4, 2), (std::vector<std::string>{""}));
}

TEST(Words, WrapsAtBlanksAndKeepsLongWordsWhole) {
  EXPECT_EQ(wrapped("one two three", 8, 2), "one two\n  three");
  EXPECT_EQ(wrapped("averyverylongword x", 5, 0), "averyverylongword\nx");
}

struct Fixture {
  model::AttackGraph graph;
  model::RiskReport risk;
  ScanReport report;
  Fixture() {
    graph.positions = {{"internet", model::PositionKind::internet, "", "", ""},
                       {"workload:shop/Deployment/api@w1", model::PositionKind::workload, "shop", "api", "w1"},
                       {"asset:secret:shop/db", model::PositionKind::asset, "shop", "db", ""}};
    graph.assets = {{"asset:secret:shop/db", "Secret shop/db", "secret", 10}};
    model::Step first;
    first.id = "s1", first.row = "EXT_SVC_FLAW", first.from = 0, first.to = 1, first.flaws = {"CVE-2021-44228"};
    model::Step second;
    second.id = "s2", second.row = "MOUNTED_SECRET", second.from = 1, second.to = 2;
    graph.steps = {first, second};
    model::Action action;
    action.id = "a", action.title = "Rebuild shop/api";
    graph.actions = {action};
    risk.attackers = {{"external", 1, true, {5, 4, 6}, 5, 5, {{0.5, 0.4, 0.6}}, {0.5}, {0.5}},
                      {"node", 0, false, {}, 0, 0, {{}}, {0}, {0}}};
    model::PlanItem item;
    item.actions = {0}, item.removes = 0.97, item.effort_band = "medium", item.lead_days = 14, item.removed_so_far = 0.97,
    item.why.steps = {0, 1};
    risk.plan = {item};
    risk.top_holds_for_weights = true;
    report.cluster = "shop";
    report.graph = &graph;
    report.risk = &risk;
    report.not_read = {{"image ci/builder", "not in --images"}};
  }
};

TEST(ScanReport, SaysWhatIsHeldWhatToDoAndWhatWasNotRead) {
  const Fixture f;
  TerminalStyle wide;
  wide.width = 200;
  const std::string text = render_scan(f.report, wide, false, false);
  for (const char* part : {"Secret shop/db", "likely", "node (off)", "Rebuild shop/api", "97 %", "14 days", "medium",
                           "Not read: image ci/builder (not in --images)",
                           "internet → shop/api (EXT_SVC_FLAW CVE-2021-44228) → Secret shop/db (MOUNTED_SECRET)"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(ScanReport, JsonIsWhole) {
  const Fixture f;
  base::JsonWriter writer;
  write_scan(writer, f.report, true);
  const auto document = base::JsonDocument::parse(writer.str());
  ASSERT_TRUE(document) << writer.str();
  EXPECT_EQ(document->root().get("plan").at(0).path("why", "text").text(),
            "internet → shop/api (EXT_SVC_FLAW CVE-2021-44228) → Secret shop/db (MOUNTED_SECRET)");
  EXPECT_FALSE(document->root().path("coverage", "complete").flag(true));
}

}  // namespace
}  // namespace bulkhead::report
