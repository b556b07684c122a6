#include "app/internal/connection_picture.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <vector>

#include "base/text.h"

namespace bulkhead::app {
namespace {

constexpr double kLine = 22, kHead = 30, kGap = 36, kColumnGap = 150, kCharacter = 7.2, kMargin = 30, kTop = 70;

constexpr const char* kOutside = "from and to outside";

std::string xml(const std::string& text) {
  std::string out;
  for (const char c : base::escape_terminal(text)) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}
std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

struct Node {
  std::string label;
  size_t box = 0;
  double x = 0, y = 0, width = 0;  // of its line of text
  size_t from_all = 0;             // others that reach it
};
struct Box {
  std::string title;
  std::vector<size_t> nodes;
  double x = 0, y = 0, width = 0, height = 0;
};

class Picture {
 public:
  Picture(const access::ConnectionList& list, const std::string& title) : list_(list), title_(title) {}

  std::string run() {
    collect();
    place();
    return draw();
  }

 private:
  static std::string namespace_of(const std::string& peer) {
    const size_t slash = peer.find('/');
    return peer.ends_with(']') && slash != std::string::npos ? peer.substr(0, slash) : std::string();
  }

  void collect() {
    std::set<std::string> workloads;
    for (const access::ConnectionRow& row : list_.rows) {
      for (const std::string* peer : {&list_.from(row), &list_.to(row)}) {
        if (!namespace_of(*peer).empty()) workloads.insert(*peer);
      }
    }
    by_namespace_ = workloads.size() > kMostWorkloads;
    workloads_ = workloads.size();
    for (const access::ConnectionRow& row : list_.rows) {
      const size_t from = node(list_.from(row)), to = node(list_.to(row));
      if (from == to) continue;
      std::string& label = edges_[{from, to}];
      const std::string conn = list_.connections_of(row).text();
      label = label.empty() || label == conn ? conn : "several";
      if (row.undecided) undecided_.insert({from, to});
    }
    for (const auto& [pair, label] : edges_) ++nodes_[pair.second].from_all;
  }

  size_t node(const std::string& peer) {
    const std::string ns = namespace_of(peer);
    std::string key = peer, label = peer, box_title = ns;
    if (ns.empty()) {
      // All the ranges outside are one place in the picture: the list says which.
      if (peer.ends_with("[External]")) key = label = "outside the cluster";
    } else if (by_namespace_) {
      key = label = ns;
      box_title = "namespaces";
    } else {
      label = peer.substr(ns.size() + 1);
    }
    const auto [at, fresh] = known_.try_emplace(key, nodes_.size());
    if (!fresh) return at->second;
    const auto [box, new_box] = box_of_.try_emplace(box_title, boxes_.size());
    if (new_box) boxes_.push_back({box_title.empty() ? kOutside : box_title, {}});
    boxes_[box->second].nodes.push_back(nodes_.size());
    nodes_.push_back({label, box->second});
    return at->second;
  }

  // Boxes in columns of like height, in the order of their names; the outside first.
  void place() {
    std::vector<size_t> order(boxes_.size());
    double sum = 0;
    for (size_t i = 0; i < boxes_.size(); ++i) {
      order[i] = i;
      Box& box = boxes_[i];
      std::ranges::sort(box.nodes, {}, [&](size_t n) { return nodes_[n].label; });
      size_t widest = box.title.size();
      for (const size_t n : box.nodes) widest = std::max(widest, nodes_[n].label.size() + 4);
      box.width = static_cast<double>(widest) * kCharacter + 24;
      box.height = kHead + kLine * static_cast<double>(box.nodes.size()) + 8;
      sum += box.height + kGap;
    }
    std::ranges::sort(order, {}, [&](size_t i) { return std::pair(boxes_[i].title != kOutside, boxes_[i].title); });
    const double columns = std::max(1.0, std::ceil(std::sqrt(sum / 420)));
    const double tall = std::max(sum / columns, 1.0);
    double x = kMargin, y = kTop, widest = 0;
    for (const size_t i : order) {
      Box& box = boxes_[i];
      if (y > kTop && y + box.height > kTop + tall * 1.15) {
        x += widest + kColumnGap;
        y = kTop;
        widest = 0;
      }
      box.x = x;
      box.y = y;
      y += box.height + kGap;
      height_ = std::max(height_, y);
      widest = std::max(widest, box.width);
      width_ = std::max(width_, x + widest + kMargin + 110);  // lines within the last column bend out to the right
      double line = box.y + kHead;
      for (const size_t n : box.nodes) {
        nodes_[n].x = box.x + 10;
        nodes_[n].y = line + kLine / 2;
        nodes_[n].width = box.width - 20;
        line += kLine;
      }
    }
    width_ = std::max(width_, 900.0);
  }

  static const char* color(size_t box) {
    static constexpr const char* kColors[] = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e",
                                              "#17becf", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22"};
    return kColors[box % std::size(kColors)];
  }

  bool from_everybody(size_t node) const { return nodes_.size() > 6 && nodes_[node].from_all + 1 >= nodes_.size() * 9 / 10; }

  std::string edge(size_t a, size_t b, bool both) const {
    const Node &from = nodes_[a], &to = nodes_[b];
    const bool same_column = std::abs(boxes_[from.box].x - boxes_[to.box].x) < 1;
    const bool right = same_column || boxes_[to.box].x > boxes_[from.box].x;
    const double x1 = right ? from.x + from.width : from.x, x2 = same_column ? to.x + to.width : right ? to.x : to.x + to.width;
    const double bend = same_column ? 20 + std::min(90.0, std::abs(to.y - from.y) / 4) : std::max(40.0, std::abs(x2 - x1) / 2);
    const double c1 = right ? x1 + bend : x1 - bend, c2 = same_column ? x2 + bend : right ? x2 - bend : x2 + bend;
    const auto label = edges_.at({a, b});
    std::string text = "<path d=\"M" + number(x1) + " " + number(from.y) + " C" + number(c1) + " " + number(from.y) + " " + number(c2) +
                       " " + number(to.y) + " " + number(x2) + " " + number(to.y) + "\" stroke=\"" + color(to.box) +
                       "\" marker-end=\"url(#a" + std::to_string(to.box % 10) + ")\"";
    if (both) text += " marker-start=\"url(#a" + std::to_string(to.box % 10) + ")\"";
    if (undecided_.contains({a, b})) text += " stroke-dasharray=\"4 3\"";
    return text + "><title>" + xml(from.label + (both ? " ⇄ " : " → ") + to.label + " : " + label) + "</title></path>\n";
  }

  std::string draw() const {
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(width_) + "\" height=\"" + number(height_ + 20) +
                      "\" viewBox=\"0 0 " + number(width_) + " " + number(height_ + 20) +
                      "\" font-family=\"monospace\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<defs>\n";
    for (size_t i = 0; i < 10; ++i) {
      out += "<marker id=\"a" + std::to_string(i) +
             "\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 "
             "0L8 4L0 8z\" fill=\"" +
             color(i) + "\"/></marker>\n";
    }
    out += "</defs>\n<text x=\"" + number(kMargin) + "\" y=\"28\" font-size=\"16\" font-weight=\"bold\">" + xml(title_) + "</text>\n";
    out += "<text x=\"" + number(kMargin) + "\" y=\"48\" fill=\"#555\">" + std::to_string(workloads_) + " workloads, " +
           std::to_string(list_.rows.size()) + " rows; ◉ reached by (nearly) everybody; dashed: not decided" +
           (by_namespace_ ? "; a line stands for some workload of a namespace" : "") + "</text>\n";
    for (size_t i = 0; i < boxes_.size(); ++i) {
      const Box& box = boxes_[i];
      out += "<rect x=\"" + number(box.x) + "\" y=\"" + number(box.y) + "\" width=\"" + number(box.width) + "\" height=\"" +
             number(box.height) + "\" rx=\"6\" fill=\"#f7f7f7\" stroke=\"" + color(i) + "\"/>\n<text x=\"" + number(box.x + 10) +
             "\" y=\"" + number(box.y + 20) + "\" font-weight=\"bold\" fill=\"" + color(i) + "\">" + xml(box.title) + "</text>\n";
    }
    out += "<g fill=\"none\" stroke-width=\"1.2\" stroke-opacity=\"0.65\">\n";
    for (const auto& [pair, label] : edges_) {
      const auto [a, b] = pair;
      if (from_everybody(b) && boxes_[nodes_[a].box].title != kOutside) continue;
      const auto back = edges_.find({b, a});
      const bool both = back != edges_.end() && back->second == label && !from_everybody(a);
      if (both && b < a) continue;
      out += edge(a, b, both);
    }
    out += "</g>\n";
    for (const Node& node : nodes_) {
      const bool everybody = from_everybody(static_cast<size_t>(&node - nodes_.data()));
      out += "<rect x=\"" + number(node.x) + "\" y=\"" + number(node.y - 9) + "\" width=\"" + number(node.width) +
             "\" height=\"18\" rx=\"3\" fill=\"#fff\" stroke=\"#ddd\"/><text x=\"" + number(node.x + 6) + "\" y=\"" + number(node.y + 4) +
             "\">" + xml((everybody ? "◉ " : "") + node.label) + "</text>\n";
    }
    return out + "</svg>\n";
  }

  const access::ConnectionList& list_;
  std::string title_;
  bool by_namespace_ = false;
  size_t workloads_ = 0;
  std::map<std::string, size_t> known_, box_of_;
  std::vector<Node> nodes_;
  std::vector<Box> boxes_;
  std::map<std::pair<size_t, size_t>, std::string> edges_;
  std::set<std::pair<size_t, size_t>> undecided_;
  double width_ = 0, height_ = 0;
};

}  // namespace

std::string connection_picture(const access::ConnectionList& list, const std::string& title) { return Picture(list, title).run(); }

}  // namespace bulkhead::app
