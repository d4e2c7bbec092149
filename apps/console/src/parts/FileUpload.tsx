import { Button, Upload } from 'antd';
import type { ReactNode } from 'react';

/** What the server takes as a photo, and as a paper. */
export const PHOTO_TYPES = 'image/jpeg,image/png,image/webp';
export const PAPER_TYPES = `.pdf,.ofd,${PHOTO_TYPES}`;

/** A button that asks for one file and hands it on as soon as it is chosen. */
export function FileUpload({
  accept,
  busy,
  small = false,
  primary = false,
  icon,
  onFile,
  children,
}: {
  accept: string;
  busy: boolean;
  small?: boolean;
  primary?: boolean;
  icon?: ReactNode;
  onFile: (file: File) => void;
  children: ReactNode;
}) {
  return (
    <Upload
      accept={accept}
      showUploadList={false}
      beforeUpload={(file) => {
        onFile(file);
        return false;
      }}
    >
      <Button type={primary ? 'primary' : 'default'} size={small ? 'small' : 'middle'} icon={icon} loading={busy}>
        {children}
      </Button>
    </Upload>
  );
}
