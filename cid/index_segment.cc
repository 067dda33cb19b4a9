// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/index_segment.h"

namespace waybill {

bool IndexSegment::Put(uint32_t tag, uint32_t number) const {
  IndexBucket* const home = Home(tag);
  if (home->Put(tag, number) || PutElsewhere(tag, number)) return true;
  if (MakeRoom(home)) return home->Put(tag, number);
  // Where the home counts no more of this kind, room elsewhere is of no use.
  return home->Counted(tag) != IndexBucket::kMaxCounted && MakeRoom(Other(tag)) &&
         PutElsewhere(tag, number);
}

bool IndexSegment::Remove(uint32_t tag, uint32_t number) const {
  IndexBucket* const home = Home(tag);
  IndexBucket* const both[] = {home, Other(tag)};
  for (IndexBucket* const bucket : both) {
    const bool removed = bucket->Match(tag, [&](size_t slot) {
      if (bucket->NumberOf(slot) != number) return false;
      bucket->Clear(slot);
      return true;
    });
    if (removed && bucket != home) home->Count(tag, home->Counted(tag) - 1);
    if (removed) return true;
  }
  return false;
}

bool IndexSegment::PutAllOf(const IndexSegment& other) const {
  const IndexBucket* const buckets = other.buckets();
  for (const IndexBucket* bucket = buckets; bucket != buckets + other.bucket_count(); ++bucket) {
    for (size_t slot = 0; slot < IndexBucket::kSlots; ++slot) {
      const uint32_t tag = bucket->TagOf(slot);
      if (tag != 0 && !Put(tag, bucket->NumberOf(slot))) return false;
    }
  }
  return true;
}

bool IndexSegment::PutElsewhere(uint32_t tag, uint32_t number) const {
  IndexBucket* const home = Home(tag);
  IndexBucket* const other = Other(tag);
  const uint32_t counted = home->Counted(tag);
  if (other == home || counted == IndexBucket::kMaxCounted || !other->Put(tag, number)) {
    return false;
  }
  home->Count(tag, counted + 1);
  return true;
}

// In a bucket that is full. Numbers leave their home for the other bucket, and never the other way:
// a reader looks at the home first.
bool IndexSegment::MakeRoom(IndexBucket* bucket) const {
  for (size_t slot = 0; slot < IndexBucket::kSlots; ++slot) {
    const uint32_t tag = bucket->TagOf(slot);
    if (Home(tag) == bucket && PutElsewhere(tag, bucket->NumberOf(slot))) {
      bucket->Clear(slot);
      return true;
    }
  }
  return false;
}

}  // namespace waybill
