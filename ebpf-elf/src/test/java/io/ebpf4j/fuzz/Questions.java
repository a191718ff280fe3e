package io.ebpf4j.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** What is asked of a parser about one input; sees to it that each answer is a value or a refusal, and not too dear. */
public final class Questions {
    /**
     * By which an answer may be larger than the input. Names may overlap, up to 64 times the file's size in all; one is a
     * byte array and a text for a while, and lists grow by copying.
     */
    private static final long MOST_PER_BYTE = 512;
    private static final long MOST_FOR_NOTHING = 256 << 10;
    private static final int LONGEST_MESSAGE = 500;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final long most;
    private final List<Class<? extends RuntimeException>> refusals;
    private final int stride;
    private final int turn;
    private int answered;
    private int refused;

    /**
     * Questions about one input.
     *
     * @param inputSize its size in bytes
     * @param refusals the parser's own exceptions
     */
    public Questions(long inputSize, List<Class<? extends RuntimeException>> refusals) {
        this(inputSize, refusals, 1, 0);
    }

    Questions(long inputSize, List<Class<? extends RuntimeException>> refusals, int stride, int turn) {
        this.most = MOST_FOR_NOTHING + MOST_PER_BYTE * inputSize;
        this.refusals = refusals;
        this.stride = stride;
        this.turn = turn;
    }

    /** {@return whether it is the turn of something that takes long} Where inputs are many, each is asked about a part. */
    public boolean isDue(int index) {
        return (index + turn) % stride == 0;
    }

    /** {@return the answer, or nothing when the parser refuses it} One that seems too dear is asked a second time. */
    public <T> Optional<T> ask(Supplier<T> question) {
        try {
            T answer = measured(question);
            answered++;
            return Optional.of(answer);
        } catch (RuntimeException e) {
            checkRefusal(e);
            refused++;
            return Optional.empty();
        }
    }

    /** {@return whether there was an answer} */
    public boolean does(Runnable question) {
        return ask(() -> {
            question.run();
            return true;
        }).orElse(false);
    }

    /** {@return how many questions had an answer} */
    public int answered() {
        return answered;
    }

    /** {@return how many questions were refused} */
    public int refused() {
        return refused;
    }

    private <T> T measured(Supplier<T> question) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        T answer;
        try {
            answer = question.get();
        } catch (StackOverflowError e) {
            throw new AssertionError("the stack overflowed", e); // whose trace is cut, unlike that of this
        } finally {
            if (THREADS.getCurrentThreadAllocatedBytes() - before > most) {
                checkMemory(question);
            }
        }
        return answer;
    }

    /** Once more, for the first time may have loaded classes. */
    private void checkMemory(Supplier<?> question) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            Objects.requireNonNull(question.get());
        } catch (RuntimeException e) {
            checkRefusal(e);
        }
        long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (taken > most) {
            throw new AssertionError("an answer took " + taken + " bytes of memory, more than " + most);
        }
    }

    private void checkRefusal(RuntimeException e) {
        if (!refusals.contains(e.getClass())) {
            throw e;
        }
        String message = String.valueOf(e.getMessage());
        if (message.length() > LONGEST_MESSAGE) {
            throw new AssertionError("a message of " + message.length() + " characters: " + message, e);
        }
        for (int i = 0; i < message.length(); i++) {
            if (Character.isISOControl(message.charAt(i))) {
                throw new AssertionError("a message of several lines, or with controls: " + message, e);
            }
        }
    }
}
