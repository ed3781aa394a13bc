#!/bin/sh
# Debian's Chromium for those who are not root: what it needs is downloaded and unpacked into a folder, nothing is installed.
set -eu
place=$1
rm -rf "$place"
mkdir -p "$place/lists/partial" "$place/archives/partial" "$place/root" "$place/fonts"

apt() {
	apt-get -qq -o Debug::NoLocking=1 -o Dir::State::lists="$place/lists" -o Dir::Cache="$place" "$@"
}
# The lists may be good enough even where they cannot all be had.
apt update || true
apt install -y --no-install-recommends --download-only chromium
for package in "$place"/archives/*.deb; do
	dpkg-deb -x "$package" "$place/root"
done
rm -rf "$place/lists" "$place/archives" "$place"/*.bin

libraries=$(find "$place/root" -name '*.so*' ! -path '*/chromium/*' -exec dirname {} + | sort -u | tr '\n' ':')
cat > "$place/fonts.conf" <<END
<?xml version="1.0"?>
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>$place/root/usr/share/fonts</dir>
  <cachedir>$place/fonts</cachedir>
</fontconfig>
END
cat > "$place/chromium" <<END
#!/bin/sh
export LD_LIBRARY_PATH="$libraries" FONTCONFIG_FILE="$place/fonts.conf"
exec "$place/root/usr/lib/chromium/chromium" "\$@"
END
chmod +x "$place/chromium"
