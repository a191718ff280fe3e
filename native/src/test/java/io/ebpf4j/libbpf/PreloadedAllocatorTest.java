package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ebpf4j.attempts.PrintingLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services often run with jemalloc or tcmalloc preloaded: the memory that C code then makes is not the C library's. */
@RequiresLibbpf
class PreloadedAllocatorTest {

    /**
     * Gives out memory and never takes it back. Its {@code free} counts what it made itself, and the C library's, given
     * such, ends the process: there is no chunk header in front.
     */
    private static final String ALLOCATOR = """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <stdint.h>
            #include <string.h>
            #include <sys/mman.h>

            #define ROOM (4UL << 30)

            static char *begin, *next;
            static int lock;
            long preloaded_freed;

            static void *take(size_t alignment, size_t size) {
                while (__sync_lock_test_and_set(&lock, 1)) {
                }
                if (!begin) {
                    begin = next = mmap(0, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
                }
                if (alignment < 16) {
                    alignment = 16;
                }
                uintptr_t at = ((uintptr_t) next + 16 + alignment - 1) & ~(alignment - 1);
                ((size_t *) at)[-2] = size;
                ((size_t *) at)[-1] = 0;
                next = (char *) (at + ((size + 15) & ~15UL));
                __sync_lock_release(&lock);
                return (void *) at;
            }

            void *malloc(size_t size) {
                return take(16, size);
            }
            void free(void *p) {
                if ((char *) p >= begin && (char *) p < begin + ROOM) {
                    __sync_fetch_and_add(&preloaded_freed, 1);
                }
            }
            void *calloc(size_t count, size_t size) {
                return take(16, count * size);
            }
            void *realloc(void *p, size_t size) {
                void *result = take(16, size);
                if (p) {
                    size_t old = ((size_t *) p)[-2];
                    memcpy(result, p, old < size ? old : size);
                }
                return result;
            }
            int posix_memalign(void **result, size_t alignment, size_t size) {
                *result = take(alignment, size);
                return 0;
            }
            void *aligned_alloc(size_t alignment, size_t size) {
                return take(alignment, size);
            }
            void *memalign(size_t alignment, size_t size) {
                return take(alignment, size);
            }
            size_t malloc_usable_size(void *p) {
                return p ? ((size_t *) p)[-2] : 0;
            }
            """;

    @TempDir
    Path directory;

    @Test
    void capture_preloadedAllocator_printsAndFreesWithIt() throws IOException, InterruptedException {
        Path library = compile();

        ChildJvm.Result result = ChildJvm.preloading(library, List.of("--enable-native-access=ALL-UNNAMED"),
                PrintingLoad.class, library.toString());

        assertThat(result.errors()).isEmpty();
        assertThat(result.exit()).isZero();
        assertThat(result.of("messages")).containsExactly("true");
        assertThat(result.of("freed")).containsExactly("true");
        assertThat(result.of("failure")).containsExactly("Optional.empty");
    }

    private Path compile() throws IOException, InterruptedException {
        Path source = Files.writeString(directory.resolve("allocator.c"), ALLOCATOR);
        Path library = directory.resolve("liballocator.so");
        Process cc;
        try {
            cc = new ProcessBuilder("cc", "-shared", "-fPIC", "-O1", "-fno-builtin", "-o", library.toString(),
                    source.toString()).inheritIO().start();
        } catch (IOException e) {
            System.out.println("SKIPPED " + getClass().getSimpleName() + ": no C compiler: " + e.getMessage());
            assumeTrue(false, "no C compiler: " + e.getMessage());
            throw e;
        }
        assertThat(cc.waitFor(60, TimeUnit.SECONDS)).as("cc ends").isTrue();
        assertThat(cc.exitValue()).as("cc").isZero();
        return library;
    }
}
