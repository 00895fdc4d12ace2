package dev.merpati.simulator.tls;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The root that clients of the simulator must trust; it signs one server certificate per start. ECDSA on P-256, unless it
 * is somebody's own. Trust
 * it in a test's or a demo's own trust store only: whoever has the key can pose as any site to those who do.
 */
public final class RootAuthority {
    private static final X500Name NAME = new X500Name("CN=Merpati WhatsApp simulator root");
    private static final Duration ROOT_VALIDITY = Duration.ofDays(3650);
    private static final Duration SERVER_VALIDITY = Duration.ofDays(365);
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+");

    private final PrivateKey privateKey;
    private final X509Certificate certificate;
    private final Clock clock;

    private RootAuthority(PrivateKey privateKey, X509Certificate certificate, Clock clock) {
        this.privateKey = privateKey;
        this.certificate = certificate;
        this.clock = clock;
    }

    /** A new root. */
    public static RootAuthority create(Clock clock) {
        try {
            KeyPair keys = newKeys();
            X509v3CertificateBuilder builder = builder(NAME, NAME, keys, clock, ROOT_VALIDITY);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new RootAuthority(keys.getPrivate(), sign(builder, keys.getPrivate()), clock);
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("Cannot make a root certificate", e);
        }
    }

    /**
     * Somebody's own root.
     *
     * @param pem a certificate and its private key, EC or RSA, not encrypted, in any order
     * @throws GeneralSecurityException naming what is missing or does not fit
     */
    public static RootAuthority read(String pem, Clock clock) throws GeneralSecurityException {
        X509Certificate certificate = null;
        PrivateKey key = null;
        JcaPEMKeyConverter keys = new JcaPEMKeyConverter();
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
                switch (part) {
                    // The first is the root's own, where a chain follows.
                    case X509CertificateHolder holder ->
                        certificate = certificate != null
                                ? certificate
                                : new JcaX509CertificateConverter().getCertificate(holder);
                    case PrivateKeyInfo info -> key = keys.getPrivateKey(info);
                    case PEMKeyPair pair -> key = keys.getPrivateKey(pair.getPrivateKeyInfo());
                    default -> {
                        // such as EC parameters
                    }
                }
            }
        } catch (IOException e) {
            throw new GeneralSecurityException("This is no PEM: " + e.getMessage(), e);
        }
        if (certificate == null || key == null) {
            throw new GeneralSecurityException("Found "
                    + (certificate == null ? "no certificate" : "no private key that is not encrypted")
                    + ", needed are both");
        }
        if (certificate.getBasicConstraints() < 0) {
            throw new GeneralSecurityException("The certificate of " + certificate.getSubjectX500Principal()
                    + " is not one of a certificate authority");
        }
        RootAuthority authority = new RootAuthority(key, certificate, clock);
        authority.issue("localhost").certificate().verify(certificate.getPublicKey());
        return authority;
    }

    /** The root that {@link #privateKey} and {@link #certificate} were read of. */
    public static RootAuthority restore(byte[] pkcs8PrivateKey, X509Certificate certificate, Clock clock)
            throws GeneralSecurityException {
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8PrivateKey));
        return new RootAuthority(key, certificate, clock);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** PKCS#8. */
    public byte[] privateKey() {
        return privateKey.getEncoded();
    }

    public String certificatePem() {
        try {
            String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A certificate that was built or read has an encoding", e);
        }
    }

    /** A key and a certificate for a server that answers under all of the host names and addresses. */
    public ServerCertificate issue(String... hostNames) {
        try {
            KeyPair keys = newKeys();
            X500Name issuer =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            X509v3CertificateBuilder builder =
                    builder(issuer, new X500Name("CN=" + hostNames[0]), keys, clock, SERVER_VALIDITY);
            GeneralName[] names =
                    Arrays.stream(hostNames).map(RootAuthority::generalName).toArray(GeneralName[]::new);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
            return new ServerCertificate(keys.getPrivate(), sign(builder, privateKey));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("Cannot issue a certificate", e);
        }
    }

    /** A server's private key and certificate. */
    public record ServerCertificate(PrivateKey privateKey, X509Certificate certificate) {}

    private static GeneralName generalName(String name) {
        boolean address = name.contains(":") || ADDRESS.matcher(name).matches();
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, KeyPair keys, Clock clock, Duration validity)
            throws GeneralSecurityException, CertIOException {
        Instant now = clock.instant();
        BigInteger serial = BigInteger.valueOf(now.toEpochMilli());
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                serial,
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(validity)),
                subject,
                keys.getPublic());
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
        return builder;
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(key)));
    }
}
