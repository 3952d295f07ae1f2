#include "read_memory.h"

#if defined(__linux__)
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#elif defined(__APPLE__)
#include <mach/mach.h>
#include <mach/mach_vm.h>
#endif

namespace ox_profile {

bool ReadMemory(uintptr_t from, uint8_t* to, size_t length) {
#if defined(__linux__)
  const iovec local{to, length};
  const iovec remote{reinterpret_cast<void*>(from), length};
  return syscall(SYS_process_vm_readv, getpid(), &local, 1UL, &remote, 1UL,
                 0UL) == static_cast<long>(length);
#elif defined(__APPLE__)
  mach_vm_size_t read = 0;
  return mach_vm_read_overwrite(mach_task_self(), from, length,
                                reinterpret_cast<mach_vm_address_t>(to),
                                &read) == KERN_SUCCESS &&
         read == length;
#else
  (void)from, (void)to, (void)length;
  return false;
#endif
}

}  // namespace ox_profile
