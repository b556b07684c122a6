// Base64, standard alphabet with padding (RFC 4648 section 4). Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bulkhead::base {

// Blanks and line breaks are passed over; nullopt for anything else that does not belong, missing padding included.
std::optional<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);

}  // namespace bulkhead::base
