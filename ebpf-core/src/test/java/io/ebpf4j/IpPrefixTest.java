package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {
    @ParameterizedTest
    @CsvSource({"10.1.2.3/8, 10.0.0.0/8", "10.255.2.3/12, 10.240.0.0/12", "1.2.3.4, 1.2.3.4/32", "1.2.3.4/0, 0.0.0.0/0",
            "255.255.255.255/31, 255.255.255.254/31", "2001:db8:ffff::1/33, 2001:db8:8000:0:0:0:0:0/33",
            "::1, 0:0:0:0:0:0:0:1/128"})
    void prefix_keepsTheBitsThatCount(String text, String canonical) {
        assertThat(IpPrefix.parse(text)).hasToString(canonical).isEqualTo(IpPrefix.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "localhost/8", "::/129",
            "10.0.0.0/8/8"})
    void text_thatIsNone_throws(String text) {
        assertThatThrownBy(() -> IpPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + text + "' is no prefix like 10.0.0.0/8: ");
    }

    @Test
    void contains_isTrueOfAddressesOfItsFamilyThatBeginWithIt() {
        var prefix = IpPrefix.parse("10.16.0.0/12");
        assertThat(prefix.contains(InetAddress.ofLiteral("10.31.255.255"))).isTrue();
        assertThat(prefix.contains(InetAddress.ofLiteral("10.32.0.0"))).isFalse();
        assertThat(IpPrefix.parse("0.0.0.0/0").contains(InetAddress.ofLiteral("::1"))).isFalse();
    }
}
