// Stands in for a type of the Activation library, which Java no longer brings and Debian's Preflight does not ask for:
// Preflight keeps a file in it and reads it again for the XMP packet. The members are those of Jakarta Activation 1.2.
package javax.activation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

public interface DataSource {
  InputStream getInputStream() throws IOException;

  OutputStream getOutputStream() throws IOException;

  String getContentType();

  String getName();
}
