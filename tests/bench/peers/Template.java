// The face of a signature as PDFBox's own examples make it: a template document for every signature, its font loaded into it,
// handed over with setVisualSignature. The font file is cut down beforehand to the letters that occur.
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TTFSubsetter;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAppearanceDictionary;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAppearanceStream;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;

final class Template {
  private static final float DOT = 84f / 37;
  private final byte[] font;

  Template(byte[] whole) throws IOException {
    TrueTypeFont file = new TTFParser().parse(new ByteArrayInputStream(whole));
    TTFSubsetter cut = new TTFSubsetter(file);
    Lettering.letters().codePoints().forEach(cut::add);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    cut.writeToStream(out);
    font = out.toByteArray();
  }

  /** A document with one page of this size that holds the signature field and nothing else. */
  byte[] draw(PDRectangle page, PDRectangle place, int number, boolean attestation) throws IOException {
    try (PDDocument document = new PDDocument()) {
      document.addPage(new PDPage(page));
      PDAcroForm form = new PDAcroForm(document);
      document.getDocumentCatalog().setAcroForm(form);
      PDSignatureField field = new PDSignatureField(form);
      PDAnnotationWidget widget = field.getWidgets().get(0);
      form.setSignaturesExist(true);
      form.setAppendOnly(true);
      form.getCOSObject().setDirect(true);
      form.getFields().add(field);
      widget.setRectangle(place);
      PDFormXObject drawing = new PDFormXObject(new PDStream(document));
      drawing.setResources(new PDResources());
      drawing.setFormType(1);
      drawing.setBBox(new PDRectangle(place.getWidth(), place.getHeight()));
      PDAppearanceDictionary appearance = new PDAppearanceDictionary();
      appearance.getCOSObject().setDirect(true);
      PDAppearanceStream stream = new PDAppearanceStream(drawing.getCOSObject());
      appearance.setNormalAppearance(stream);
      widget.setAppearance(appearance);
      try (PDPageContentStream content = new PDPageContentStream(document, stream)) {
        if (attestation) attest(document, content, number);
        else seal(content);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      document.save(out);
      return out.toByteArray();
    }
  }

  private void attest(PDDocument document, PDPageContentStream content, int number) throws IOException {
    PDFont letters = PDType0Font.load(document, new ByteArrayInputStream(font), true);
    content.setNonStrokingColor(0.75f, 0.05f, 0.1f);
    content.addRect(1, 1, 328, 1);
    content.fill();
    content.beginText();
    content.setFont(letters, 8.5f);
    content.setLeading(12);
    content.newLineAtOffset(100, 94);
    for (String line : Lettering.lines(number)) {
      content.showText(line);
      content.newLine();
    }
    content.endText();
    content.setNonStrokingColor(0f, 0f, 0f);
    Random random = new Random(number);
    for (int row = 0; row < 37; row++)
      for (int column = 0; column < 37; column++)
        if (random.nextBoolean()) content.addRect(8 + column * DOT, 12 + row * DOT, DOT, DOT);
    content.fill();
  }

  private static void seal(PDPageContentStream content) throws IOException {
    content.setStrokingColor(0.8f, 0.08f, 0.12f);
    content.setLineWidth(3);
    content.addRect(2, 2, 82, 82);
    content.addRect(20, 20, 46, 46);
    content.stroke();
  }
}
