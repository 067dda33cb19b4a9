// SPDX-License-Identifier: Apache-2.0
//
// What lets a function refuse, at compile time, bytes that are gone when it returns. Functions take
// bytes as a span, and a container that owns them converts to one, a temporary as well: what keeps
// the span, or hands out parts of it, would then speak of freed memory.
#ifndef WAYBILL_WIRE_TEMPORARY_OWNER_H_
#define WAYBILL_WIRE_TEMPORARY_OWNER_H_

#include <type_traits>
#include <utility>

namespace waybill {

// True for types that own the bytes they name, as containers do: what is const in them are the
// bytes. A view that is const has bytes as variable as ever.
template <typename T, typename = void>
inline constexpr bool kOwnsBytes = false;
template <typename T>
inline constexpr bool kOwnsBytes<T, std::void_t<decltype(std::declval<T&>().data())>> =
    !std::is_same_v<decltype(std::declval<std::remove_const_t<T>&>().data()),
                    decltype(std::declval<const T&>().data())>;

// Selects an overload, to be deleted, for temporaries that own bytes, and for what is moved from.
// Named ones are deduced as references and pass it by.
//
//   explicit ByteReader(absl::Span<const uint8_t> bytes);
//   template <typename Owner, typename = IfTemporaryOwner<Owner>>
//   explicit ByteReader(Owner&&) = delete;
template <typename Argument>
using IfTemporaryOwner = std::enable_if_t<!std::is_reference_v<Argument> && kOwnsBytes<Argument>>;

}  // namespace waybill

#endif  // WAYBILL_WIRE_TEMPORARY_OWNER_H_
