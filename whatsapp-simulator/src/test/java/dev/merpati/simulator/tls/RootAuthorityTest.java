package dev.merpati.simulator.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RootAuthorityTest {
    private final RootAuthority authority = RootAuthority.create(Clock.systemUTC());

    @Test
    void issuesCertificatesThatAClientAccepts() throws Exception {
        X509Certificate server = authority.issue("a.test", "b.test").certificate();
        validate(server, authority.certificate());
        assertThat(server.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly("a.test", "b.test");
    }

    @Test
    void aRestoredRootIssuesForThoseWhoTrustTheOriginal() throws Exception {
        RootAuthority restored =
                RootAuthority.restore(authority.privateKey(), authority.certificate(), Clock.systemUTC());
        validate(restored.issue("a.test").certificate(), authority.certificate());
    }

    @Test
    void writesItsCertificateAsPem() throws Exception {
        byte[] pem = authority.certificatePem().getBytes(StandardCharsets.US_ASCII);
        assertThat(CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)))
                .isEqualTo(authority.certificate());
    }

    private static void validate(X509Certificate server, X509Certificate root) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        assertThat(CertPathValidator.getInstance("PKIX")
                        .validate(
                                CertificateFactory.getInstance("X.509").generateCertPath(List.of(server)), parameters))
                .isNotNull();
    }
}
