// Archives are made here with libarchive's own writer, or are real feeds of src/advisory/source/testdata.
#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/archive.h"
#include "base/file.h"

namespace bulkhead::base {
namespace {

using testing::HasSubstr;

enum class Form { tar_zstd, tar_gzip, tar_xz, zip };

std::string archive_of(Form form, const std::vector<std::pair<std::string, std::string>>& files) {
  std::string out(64 << 20, '\0');
  size_t used = 0;
  struct archive* a = archive_write_new();
  form == Form::zip ? archive_write_set_format_zip(a) : archive_write_set_format_pax_restricted(a);
  if (form == Form::tar_zstd) {
    archive_write_add_filter_zstd(a);
  } else if (form == Form::tar_gzip) {
    archive_write_add_filter_gzip(a);
  } else if (form == Form::tar_xz) {
    archive_write_add_filter_xz(a);
  }
  archive_write_set_bytes_in_last_block(a, 1);
  archive_write_open_memory(a, out.data(), out.size(), &used);
  for (const auto& [name, bytes] : files) {
    struct archive_entry* e = archive_entry_new();
    archive_entry_set_pathname(e, name.c_str());
    archive_entry_set_size(e, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_write_header(a, e);
    archive_write_data(a, bytes.data(), bytes.size());
    archive_entry_free(e);
  }
  archive_write_close(a);
  archive_write_free(a);
  out.resize(used);
  return out;
}

UniqueFd memory_file(const std::string& bytes) {
  UniqueFd fd(::memfd_create("archive", MFD_CLOEXEC));
  EXPECT_TRUE(write_all(fd.get(), bytes, "memory"));
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

Result<std::vector<std::pair<std::string, std::string>>> read_all(const std::string& bytes, const Limits& limits = {},
                                                                  uint64_t most = 1 << 30) {
  const UniqueFd fd = memory_file(bytes);
  BULKHEAD_TRY(ArchiveReader reader, ArchiveReader::open(fd.get(), "feed", limits));
  std::vector<std::pair<std::string, std::string>> out;
  for (;;) {
    BULKHEAD_TRY(const auto entry, reader.next());
    if (!entry) {
      return out;
    }
    BULKHEAD_TRY(std::string content, reader.read(most));
    out.emplace_back(entry->name, std::move(content));
  }
}

TEST(Archive, ReadsEveryForm) {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"a/one.json", "{}"}, {"two.json", std::string(300'000, 'x')}, {"empty", ""}};
  for (const Form form : {Form::tar_zstd, Form::tar_gzip, Form::tar_xz, Form::zip}) {
    const auto read = read_all(archive_of(form, files));
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(*read, files);
  }
}

TEST(Archive, APlainFileIsOneEntryWithoutName) {
  const auto read = read_all("{\"id\":1}");
  ASSERT_TRUE(read) << read.error().text();
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().first, "");
  EXPECT_EQ(read->front().second, "{\"id\":1}");
}

TEST(Archive, ACutArchiveIsAnErrorWithItsPlace) {
  const std::string whole = archive_of(Form::tar_zstd, {{"one", std::string(100'000, 'a')}, {"two", std::string(100'000, 'b')}});
  for (const size_t keep : {whole.size() - 5, whole.size() / 2}) {
    const auto read = read_all(whole.substr(0, keep));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::input);
    EXPECT_THAT(read.error().where, HasSubstr("feed"));
  }
}

TEST(Archive, ZipDataThatDoesNotFitItsChecksumIsAnError) {
  std::string bytes = archive_of(Form::zip, {{"one.json", std::string(50'000, 'a') + "tail"}});
  bytes[80] = static_cast<char>(bytes[80] ^ 0x10);
  EXPECT_FALSE(read_all(bytes));
}

TEST(Archive, RefusesABombByItsRatio) {
  const std::string bomb = archive_of(Form::tar_zstd, {{"zero", std::string(60 << 20, '\0')}});
  const auto read = read_all(bomb);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::limit);
  EXPECT_THAT(read.error().text(), HasSubstr("times its size"));
}

TEST(Archive, RefusesMoreEntriesThanTheLimit) {
  Limits limits;
  limits.archive_entries = 2;
  const auto read = read_all(archive_of(Form::zip, {{"1", "a"}, {"2", "b"}, {"3", "c"}}), limits);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::limit);
}

TEST(Archive, RefusesAnEntryOverTheReadersLimit) {
  const auto read = read_all(archive_of(Form::tar_gzip, {{"big.json", std::string(5000, 'x')}}), {}, 4999);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().text(), HasSubstr("big.json"));
}

TEST(Archive, AnEmptyFileIsAnError) { EXPECT_FALSE(read_all("")); }

}  // namespace
}  // namespace bulkhead::base
