// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: arrays in memory that was given.
#ifndef WAYBILL_CID_MADE_ARRAY_H_
#define WAYBILL_CID_MADE_ARRAY_H_

#include <cstddef>
#include <new>
#include <type_traits>

#include "waybill/cid/memory_source.h"

namespace waybill {

// Makes objects in memory that is there already, each by its default.
template <typename T>
T* MakeAt(void* place, size_t count) {
  T* const objects = static_cast<T*>(place);
  for (size_t i = 0; i < count; ++i) ::new (static_cast<void*>(objects + i)) T();
  return objects;
}

// `count` objects; null where there is no memory.
template <typename T>
T* MakeArray(MemorySource* memory, size_t count) {
  static_assert(alignof(T) <= MemorySource::kAlignment);
  static_assert(std::is_trivially_destructible_v<T>);
  void* const place = memory->Allocate(count * sizeof(T));
  return place == nullptr ? nullptr : MakeAt<T>(place, count);
}

// Gives back what MakeArray() made; nothing where that was null.
template <typename T>
void FreeArray(MemorySource* memory, T* objects, size_t count) {
  if (objects != nullptr) memory->Free(objects, count * sizeof(T));
}

}  // namespace waybill

#endif  // WAYBILL_CID_MADE_ARRAY_H_
