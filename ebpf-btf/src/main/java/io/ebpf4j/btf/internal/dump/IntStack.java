package io.ebpf4j.btf.internal.dump;

import java.util.Arrays;

/** Numbers on a heap that deep files may fill, where the call stack would overflow. */
final class IntStack {
    private int[] values = new int[64];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    int get(int index) {
        return values[index];
    }

    int top() {
        return values[size - 1];
    }

    void push(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size << 1);
        }
        values[size++] = value;
    }

    int pop() {
        return values[--size];
    }

    void clear() {
        size = 0;
    }
}
