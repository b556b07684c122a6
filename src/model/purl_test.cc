#include "model/purl.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"

namespace bulkhead::model {
namespace {

std::string canonical(std::string_view text) {
  const auto purl = parse_purl(text);
  return purl ? to_text(*purl) : "!";
}

// The suite's edition is older than the specification's present text, which encodes '/' in qualifier values.
std::string in_present_form(const std::string& text) {
  const size_t question = text.find('?');
  const size_t hash = text.find('#');
  if (question == std::string::npos) {
    return text;
  }
  const std::string qualifiers = text.substr(question, hash == std::string::npos ? hash : hash - question);
  return text.substr(0, question) + base::replace_all(qualifiers, "/", "%2F") + (hash == std::string::npos ? "" : text.substr(hash));
}

TEST(Purl, PassesTheSpecificationsSuite) {  // testdata/purl/SOURCE
  const auto bytes = base::read_file(BULKHEAD_SOURCE_DIR "/src/model/testdata/purl/test-suite-data.json", 1 << 20);
  ASSERT_TRUE(bytes);
  const auto document = base::JsonDocument::parse(*bytes);
  ASSERT_TRUE(document);
  size_t count = 0;
  for (const base::JsonView& test : document->root().items()) {
    const std::string text = test.get("purl").text();
    const std::string where = test.get("description").text() + ": " + text;
    ++count;
    if (test.get("is_invalid").flag()) {
      EXPECT_EQ(canonical(text), "!") << where;
      EXPECT_FALSE(purl_from_json(test)) << where;
      continue;
    }
    const std::string expected = in_present_form(test.get("canonical_purl").text());
    const auto purl = parse_purl(text);
    ASSERT_TRUE(purl) << where;
    EXPECT_EQ(to_text(*purl), expected) << where;
    EXPECT_EQ(canonical(expected), expected) << where;
    EXPECT_EQ(purl->type, test.get("type").text()) << where;
    const std::string name_space = test.get("namespace").text();  // one has a '/' at its end, which is not significant
    EXPECT_EQ(purl->name_space, name_space.ends_with('/') ? name_space.substr(0, name_space.size() - 1) : name_space) << where;
    EXPECT_EQ(purl->name, test.get("name").text()) << where;
    EXPECT_EQ(purl->version, test.get("version").text()) << where;
    EXPECT_EQ(purl->subpath, test.get("subpath").text()) << where;
    test.get("qualifiers").each([&](std::string_view key, base::JsonView value) {
      EXPECT_EQ(purl->qualifier(key), value.text()) << where;
    });
    EXPECT_EQ(purl->qualifiers.size(), test.get("qualifiers").size()) << where;
    const auto built = purl_from_json(test);
    ASSERT_TRUE(built) << where;
    EXPECT_EQ(to_text(*built), expected) << where;
  }
  EXPECT_EQ(count, 32U);
}

TEST(Purl, FollowsTheTypeDefinitions) {  // examples and tests of the present specification's type definitions
  const std::pair<const char*, const char*> rows[] = {
      {"pkg:oci/Debian@SHA256%3A244fd47e07d10?repository_url=ghcr.io/debian&tag=bullseye",
       "pkg:oci/debian@sha256:244fd47e07d10?repository_url=ghcr.io%2Fdebian&tag=bullseye"},
      {"pkg:swid/Acme/example.com/Enterprise+Server@1.0.0?tag_id=75b8c285",
       "pkg:swid/Acme/example.com/Enterprise%2BServer@1.0.0?tag_id=75b8c285"},
      {"pkg:cocoapods/GoogleUtilities@7.5.2#NSData+zlib", "pkg:cocoapods/GoogleUtilities@7.5.2#NSData%2Bzlib"},
      {"pkg:huggingface/EleutherAI/gpt-neo-1.3B@797174552AE47F449AB7", "pkg:huggingface/EleutherAI/gpt-neo-1.3B@797174552ae47f449ab7"},
      {"pkg:mlflow/CreditFraud@3?repository_url=https://adb.azuredatabricks.net/api",
       "pkg:mlflow/creditfraud@3?repository_url=https:%2F%2Fadb.azuredatabricks.net%2Fapi"},
      {"pkg:mlflow/CreditFraud@3?repository_url=https://westus2.api.azureml.ms/x",
       "pkg:mlflow/CreditFraud@3?repository_url=https:%2F%2Fwestus2.api.azureml.ms%2Fx"},
      {"pkg:npm/mypackage@12.4.5?vcs_url=git://host.com/path/to/repo.git%404345abcd34343",
       "pkg:npm/mypackage@12.4.5?vcs_url=git:%2F%2Fhost.com%2Fpath%2Fto%2Frepo.git%404345abcd34343"},
      {"pkg:generic/openssl@1.1.10g?checksum=sha1:ad9503c3e994a4f,sha256:41bf9088b3a1e6c1ef1d",
       "pkg:generic/openssl@1.1.10g?checksum=sha1:ad9503c3e994a4f%2Csha256:41bf9088b3a1e6c1ef1d"},
      {"pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64", "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64"},
      {"pkg:DEB/Debian/libstdc%2B%2B6@12.2.0-14", "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14"},
      {"pkg:golang/github.com/Masterminds/semver@v1.5.0", "pkg:golang/github.com/Masterminds/semver@v1.5.0"},  // the header says why
      {"pkg:pub/My-Package@1", "pkg:pub/my_package@1"},
      {"pkg:docker/customer/dockerimage@sha256%3A244fd47e07d10?repository_url=gcr.io",
       "pkg:docker/customer/dockerimage@sha256:244fd47e07d10?repository_url=gcr.io"},
      {"pkg:generic/%D1%84@1", "pkg:generic/%D1%84@1"},
      {"pkg:npm/a@1?empty=&b=2", "pkg:npm/a@1?b=2"},
      {"pkg:npm/a@1#./x//../y/", "pkg:npm/a@1#x/y"},
  };
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(canonical(text), expected) << text;
  }
}

TEST(Purl, RefusesWhatTheSpecificationForbids) {
  for (const char* text : {"",
                           "pkg:",
                           "pkg:npm",
                           "pkg:npm/",
                           "pkg:npm/@1.0",
                           "npm/a@1",
                           "http://npm/a",
                           "pkg%3Anpm/a",
                           "pkg:3nginx/nginx@0.8.9",
                           "pkg:nginx:a/nginx@0.8.9",
                           "pkg:n&g?inx/nginx@0.8.9",
                           "pkg:npm/a@1?in%20production=true",
                           "pkg:npm/a@1?x",
                           "pkg:npm/a@1?1x=2",
                           "pkg:npm/a@1?X=1&x=2",
                           "pkg:swift/Alamofire@5.4.3",
                           "pkg:swift/github.com/Alamofire/@5.4.3",
                           "pkg:cpan/LWP::UserAgent@6.7.6",
                           "pkg:cpan/GDT/URI::PackageURL",
                           "pkg:cran/@0.9.1",
                           "pkg:oci/x/debian@1",
                           "pkg:maven/a%2Fb/c@1"}) {
    EXPECT_EQ(canonical(text), "!") << text;
  }
  EXPECT_EQ(parse_purl("pkg:npm/" + std::string(kMaxPurlBytes, 'a')).error().kind, base::ErrorKind::limit);
}

TEST(Purl, WritesNamesAsTheirEcosystemDoes) {
  EXPECT_EQ(parse_purl("pkg:npm/%40angular/core@1")->full_name(), "@angular/core");
  EXPECT_EQ(parse_purl("pkg:maven/org.apache.commons/io@1")->full_name(), "org.apache.commons:io");
  EXPECT_EQ(parse_purl("pkg:golang/golang.org/x/net@v0.17.0")->full_name(), "golang.org/x/net");
  EXPECT_EQ(parse_purl("pkg:pypi/Django_x@1")->full_name(), "django-x");
}

TEST(Purl, JsonPartsMustBeStrings) {
  const auto build = [](std::string_view json) {
    const auto document = base::JsonDocument::parse(json);
    const auto purl = purl_from_json(document->root());
    return purl ? to_text(*purl) : "!";
  };
  EXPECT_EQ(build(R"({"type":"NPM","namespace":"@babel","name":"core","qualifiers":{"Arch":"x"},"version":null})"),
            "pkg:npm/%40babel/core?arch=x");
  EXPECT_EQ(build(R"({"type":"npm","name":7})"), "!");
  EXPECT_EQ(build(R"({"type":null,"name":"nginx"})"), "!");
  EXPECT_EQ(build(R"({"type":"npm","name":"a","qualifiers":{"k":1}})"), "!");
  EXPECT_EQ(build("[]"), "!");
}

}  // namespace
}  // namespace bulkhead::model
