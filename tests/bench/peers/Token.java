// One token behind SunPKCS11: logged in once, its key kept, and a CMS generator for PAdES B-B (ETSI EN 319 142-1): content
// type, message digest and signing-certificate-v2, no signing time.
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAttributeTableGenerator;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.encoders.Hex;

final class Token {
  private final Provider provider;
  private final PrivateKey key;
  private final X509Certificate certificate;

  private Token(Provider provider, PrivateKey key, X509Certificate certificate) {
    this.provider = provider;
    this.key = key;
    this.certificate = certificate;
  }

  /** The option of this name says slot and certificate: `SLOT:SHA-256 of the DER`. */
  static Token open(String name, Map<String, String> options, String pin, List<X509Certificate> chain) throws Exception {
    String[] which = options.get(name).split(":");
    Path settings = Files.createTempFile("peer", ".cfg");
    Files.writeString(settings, "name=" + name + "\nlibrary=" + options.get("module") + "\nslot=" + which[0] + "\n");
    Provider provider = Security.getProvider("SunPKCS11").configure(settings.toString());
    Files.delete(settings);
    KeyStore store = KeyStore.getInstance("PKCS11", provider);
    store.load(null, pin.toCharArray());
    for (String alias : Collections.list(store.aliases())) {
      X509Certificate one = (X509Certificate) store.getCertificate(alias);
      if (!store.isKeyEntry(alias) || one == null) continue;
      String fingerprint = Hex.toHexString(MessageDigest.getInstance("SHA-256").digest(one.getEncoded()));
      if (fingerprint.equals(which[1])) return new Token(provider, (PrivateKey) store.getKey(alias, null), one);
    }
    throw new IllegalArgumentException("no such key on the token " + name);
  }

  /** Not for two threads at once. */
  CMSSignedDataGenerator generator(List<X509Certificate> chain) throws Exception {
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    ContentSigner signer = new JcaContentSignerBuilder(algorithm).setProvider(provider).build(key);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    AttributeTable own = new AttributeTable(new org.bouncycastle.asn1.cms.Attributes(
        new org.bouncycastle.asn1.ASN1EncodableVector() {{
          add(new Attribute(PKCSObjectIdentifiers.id_aa_signingCertificateV2,
              new DERSet(new SigningCertificateV2(new ESSCertIDv2(hash)))));
        }}));
    CMSAttributeTableGenerator usual = new DefaultSignedAttributeTableGenerator(own);
    JcaSignerInfoGeneratorBuilder builder =
        new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build());
    builder.setSignedAttributeGenerator(parameters ->
        usual.getAttributes(parameters).remove(CMSAttributes.signingTime).remove(CMSAttributes.cmsAlgorithmProtect));
    CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
    generator.addSignerInfoGenerator(builder.build(signer, certificate));
    List<X509Certificate> all = new ArrayList<>(List.of(certificate));
    all.addAll(chain);
    generator.addCertificates(new JcaCertStore(all));
    return generator;
  }
}
