package io.ebpf4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void quantile_ofNone_isZero() {
        assertThat(latencies.quantile(0.5)).isZero();
        assertThat(latencies.most()).isZero();
    }

    @Test
    void quantile_ofAThousand_isASixteenthTooLowAtMost() {
        for (int i = 1; i <= 1000; i++) {
            latencies.add(i * 1000L);
        }

        assertThat(latencies.quantile(0.5)).isBetween(500_000L - 500_000 / 16, 500_000L);
        assertThat(latencies.quantile(0.99)).isBetween(990_000L - 990_000 / 16, 990_000L);
        assertThat(latencies.most()).isEqualTo(1_000_000);
    }

    @Test
    void quantile_ofOneOnly_isThatOneRoundedDown() {
        for (long nanos : new long[]{0, 1, 15, 16, 17, 31, 32, 33, 1 << 20, Long.MAX_VALUE}) {
            var one = new Latencies();
            one.add(nanos);

            assertThat(one.quantile(0.5)).as("%d", nanos).isBetween(nanos - nanos / 16, nanos);
            assertThat(one.quantile(1)).as("%d", nanos).isEqualTo(one.quantile(0.01));
        }
    }
}
