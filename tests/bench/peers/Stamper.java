// Puts the officer's attestation and the agency's seal on a document, each an incremental update with a signature that can be
// seen. For one thread. Two ways: `template`, as PDFBox's own examples do it; `direct`, which goes past that and puts the face
// into the document itself, with a font's dictionary that was made once.
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Calendar;
import java.util.List;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAppearanceDictionary;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAppearanceStream;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.SignatureInterface;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.SignatureOptions;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.CMSTypedData;

final class Stamper {
  private static final PDRectangle ATTESTATION = new PDRectangle(40, 24, 330, 110);
  private static final PDRectangle SEAL = new PDRectangle(380, 30, 86, 86);
  /** Bytes kept for the CMS; two certificates of RSA-2048 need about 2,800. */
  private static final int CMS_ROOM = 4096;

  private final CMSSignedDataGenerator officer;
  private final CMSSignedDataGenerator agency;
  private final Lettering lettering;
  private final Template template;

  Stamper(String way, Token officer, Token agency, byte[] font, List<X509Certificate> chain) throws Exception {
    this.officer = officer.generator(chain);
    this.agency = agency.generator(chain);
    this.lettering = way.equals("direct") ? new Lettering(font) : null;
    this.template = way.equals("direct") ? null : new Template(font);
  }

  byte[] signTwice(byte[] paper, int number) throws Exception {
    byte[] once = sign(paper, officer, "Nguyễn Văn Đức", number, true);
    return sign(once, agency, "UBND Phường Mẫu", number, false);
  }

  private byte[] sign(byte[] pdf, CMSSignedDataGenerator generator, String name, int number, boolean attestation)
      throws Exception {
    PDRectangle place = attestation ? ATTESTATION : SEAL;
    try (PDDocument document = PDDocument.load(pdf); SignatureOptions options = new SignatureOptions()) {
      PDSignature signature = new PDSignature();
      signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
      signature.setSubFilter(COSName.getPDFName("ETSI.CAdES.detached"));
      signature.setName(name);
      signature.setReason("Chứng thực bản sao");
      signature.setSignDate(Calendar.getInstance());
      int last = document.getNumberOfPages() - 1;
      options.setPage(last);
      options.setPreferredSignatureSize(CMS_ROOM);
      if (template != null) {
        byte[] face = template.draw(document.getPage(last).getMediaBox(), place, number, attestation);
        options.setVisualSignature(new ByteArrayInputStream(face));
      }
      document.addSignature(signature, new Signing(generator), options);
      if (template == null)
        show(document, signature, place, attestation ? lettering.attestation(number) : Lettering.SEAL, attestation);
      ByteArrayOutputStream out = new ByteArrayOutputStream(pdf.length + 65_536);
      document.saveIncremental(out);
      return out.toByteArray();
    }
  }

  /** Gives the field that addSignature made a place and a face, without the template document that PDFBox would parse. */
  private void show(PDDocument document, PDSignature signature, PDRectangle place, String face, boolean letters)
      throws IOException {
    for (PDSignatureField field : document.getSignatureFields()) {
      if (field.getSignature() == null || field.getSignature().getCOSObject() != signature.getCOSObject()) continue;
      PDAnnotationWidget widget = field.getWidgets().get(0);
      PDAppearanceStream stream = new PDAppearanceStream(document);
      stream.setBBox(new PDRectangle(place.getWidth(), place.getHeight()));
      try (OutputStream out = stream.getCOSObject().createOutputStream(COSName.FLATE_DECODE)) {
        out.write(face.getBytes(StandardCharsets.ISO_8859_1));
      }
      COSDictionary resources = new COSDictionary();
      if (letters) {
        COSDictionary fonts = new COSDictionary();
        fonts.setItem("F", lettering.putInto(document));
        resources.setItem(COSName.FONT, fonts);
      }
      resources.setDirect(true);
      stream.getCOSObject().setItem(COSName.RESOURCES, resources);
      PDAppearanceDictionary appearance = new PDAppearanceDictionary();
      appearance.getCOSObject().setDirect(true);
      appearance.setNormalAppearance(stream);
      widget.setRectangle(place);
      widget.setAppearance(appearance);
      touch(widget.getCOSObject());
      return;
    }
    throw new IOException("the new field is not there");
  }

  private static void touch(COSDictionary widget) {
    widget.setNeedToBeUpdated(true);
    ((COSDictionary) widget.getDictionaryObject(COSName.AP)).setNeedToBeUpdated(true);
  }

  private static final class Signing implements SignatureInterface {
    private final CMSSignedDataGenerator generator;

    Signing(CMSSignedDataGenerator generator) {
      this.generator = generator;
    }

    @Override
    public byte[] sign(InputStream content) throws IOException {
      try {
        return generator.generate(new Content(content), false).getEncoded("DER");
      } catch (Exception trouble) {
        throw new IOException(trouble);
      }
    }
  }

  /** Read once, in large pieces, into the digest. */
  private static final class Content implements CMSTypedData {
    private final InputStream content;

    Content(InputStream content) {
      this.content = content;
    }

    @Override
    public ASN1ObjectIdentifier getContentType() {
      return CMSObjectIdentifiers.data;
    }

    @Override
    public void write(OutputStream out) throws IOException {
      byte[] some = new byte[1 << 16];
      for (int length = content.read(some); length > 0; length = content.read(some)) out.write(some, 0, length);
    }

    @Override
    public Object getContent() {
      return content;
    }
  }
}
