package io.ebpf4j.internal.decode;

import static io.ebpf4j.testing.Fixtures.bytes;
import static io.ebpf4j.testing.Fixtures.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ebpf4j.decode.FieldType;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class AddressDecodersTest {
    @ParameterizedTest
    @CsvSource({"7f000001, 127.0.0.1", "0a0102ff, 10.1.2.255", "00000000, 0.0.0.0", "ffffffff, 255.255.255.255"})
    void ipv4_decode_isMemoryOrder(String hex, String expected) throws Exception {
        var decoder = new Ipv4Decoder();
        Inet4Address address = decoder.decode(bytes("99" + hex), 1);
        assertThat(decoder.text(address)).isEqualTo(expected);
        assertThat(address).isEqualTo(InetAddress.ofLiteral(expected));
        MemorySegment written = bytes("995555555599");
        decoder.encode(address, written, 1);
        assertThat(hex(written)).isEqualTo("99" + hex + "99");
    }

    /** RFC 5952: section 4.1 zeros, 4.2.1 as short as can be, 4.2.2 not one group, 4.2.3 the first longest, 4.3 case. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            00000000000000000000000000000000, ::
            00000000000000000000000000000001, ::1
            00010000000000000000000000000000, 1::
            20010db8000000000000000000000001, 2001:db8::1
            20010db8000000010001000100010001, 2001:db8:0:1:1:1:1:1
            20010db8000000000001000000000001, 2001:db8::1:0:0:1
            20010000000000010000000000000001, 2001:0:0:1::1
            20010db8000100010001000100000001, 2001:db8:1:1:1:1:0:1
            00000001000200030004000500060007, 0:1:2:3:4:5:6:7
            00010002000300040005000600070000, 1:2:3:4:5:6:7:0
            00000000000300040005000600070008, ::3:4:5:6:7:8
            00010002000300040005000600000000, 1:2:3:4:5:6::
            20010db80a0b0c0d000000ab0cde0f01, 2001:db8:a0b:c0d:0:ab:cde:f01
            fe80000000000000020000fffe00abcd, fe80::200:ff:fe00:abcd
            ffffffffffffffffffffffffffffffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
            00000000000000000000ffff0a010203, ::ffff:10.1.2.3
            00000000000000000000000000000a01, ::a01
            0000000000000000ffff00000a010203, ::ffff:0:a01:203
            00000000000000000001ffff0a010203, ::1:ffff:a01:203
            """)
    void ipv6_text_isTheOneFormOfRfc5952(String hex, String expected) throws Exception {
        var decoder = new Ipv6Decoder();
        var address = decoder.decode(bytes("99" + hex), 1);
        assertThat(decoder.text(address)).isEqualTo(expected);
        assertThat(hex(MemorySegment.ofArray(address.getAddress()))).isEqualTo(hex);
        MemorySegment written = bytes("99" + "55".repeat(16) + "99");
        decoder.encode(address, written, 1);
        assertThat(hex(written)).isEqualTo("99" + hex + "99");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            ipv4_addr, 8,  'an ipv4_addr has 4 bytes, this one has 8'
            ipv4_addr, 16, 'an ipv4_addr has 4 bytes, this one has 16'
            in_addr,   2,  'an in_addr has 4 bytes, this one has 2'
            ipv6_addr, 8,  'an ipv6_addr has 16 bytes, this one has 8'
            in6_addr,  17, 'an in6_addr has 16 bytes, this one has 17'
            """)
    void factory_wrongSize_saysWhatSizeItHas(String name, long size, String message) {
        var type = new FieldType(name, name, size, ByteOrder.LITTLE_ENDIAN);
        assertThatThrownBy(() -> new AddressDecoders().create(type)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipv6_addr", "in6_addr"})
    void factory_sixteenBytes_isIpv6(String name) {
        assertThat(new AddressDecoders().create(new FieldType(name, name, 16, ByteOrder.BIG_ENDIAN)))
                .isInstanceOf(Ipv6Decoder.class);
    }

    @Test
    void ipv6Addr_ofFourBytes_isIpv4AndWarnsOnce() {
        var log = (Logger) LoggerFactory.getLogger(AddressDecoders.class);
        var appender = new ListAppender<ILoggingEvent>();
        appender.start();
        log.addAppender(appender);
        try {
            var factory = new AddressDecoders();
            var type = new FieldType("ipv6_addr", "const ipv6_addr", 4, ByteOrder.LITTLE_ENDIAN);
            assertThat(factory.create(type)).isInstanceOf(Ipv4Decoder.class);
            assertThat(factory.create(type)).isInstanceOf(Ipv4Decoder.class);
        } finally {
            log.detachAppender(appender);
        }
        assertThat(appender.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage()).startsWith("const ipv6_addr of 4 bytes").contains("IPv4");
        });
    }
}
